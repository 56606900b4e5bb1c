import Betting
import Foundation
import Testing

/// A small generator, so that a failing case can be drawn again from its seed.
private struct Seeded {
    var state: UInt64
    mutating func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Double(state >> 33) + 0.5) / Double(1 << 31)
    }
}

@Suite struct BettingOracleTests {
    @Test func bothWaysOfRemovingTheOverroundSumToOneAndKeepTheOrder() throws {
        for method in Overround.allCases {
            let p = try method.probabilities([2.6, 2.4, 4.3, 15])
            #expect(abs(p.reduce(0, +) - 1) < 1e-12)
            #expect(p[1] > p[0] && p[0] > p[2] && p[2] > p[3])
        }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([2, 1.0]) }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([2, .nan]) }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([]) }
    }

    @Test func powerFindsTheExponentThatBisectionFinds() throws {
        let odds = [2.6, 2.4, 4.3]
        var (low, high) = (0.5, 3.0)
        for _ in 0..<200 {
            let k = (low + high) / 2
            if odds.reduce(0, { $0 + pow(1 / $1, k) }) > 1 { low = k } else { high = k }
        }
        let p = try Overround.power.probabilities(odds)
        for (index, o) in odds.enumerated() { #expect(abs(p[index] - pow(1 / o, low)) < 1e-10) }
    }

    /// Every order of the first `places` runners, one by one.
    private func enumerated(_ win: [Double], _ places: Int, _ exponents: [Double]) -> [Double] {
        var result = win.map { _ in 0.0 }
        func go(_ taken: [Int], _ probability: Double) {
            if taken.count == places {
                for runner in taken { result[runner] += probability }
                return
            }
            let l = taken.isEmpty ? 1 : exponents[taken.count - 1]
            let left = win.indices.filter { !taken.contains($0) }
            let sum = left.reduce(0) { $0 + pow(win[$1], l) }
            for runner in left { go(taken + [runner], probability * pow(win[runner], l) / sum) }
        }
        go([], 1)
        return result
    }

    @Test(arguments: 1...4) func placesEqualTheSumOverAllOrders(places: Int) throws {
        var random = Seeded(state: UInt64(places))
        for exponents in [[1.0, 1, 1], [0.81, 0.65, 0.5]] {
            let raw = (0..<7).map { _ in random.uniform() }
            let win = raw.map { $0 / raw.reduce(0, +) }
            let exact = try PlaceProbability.place(win: win, places: places, exponents: exponents)
            for (a, b) in zip(exact, enumerated(win, places, exponents)) { #expect(abs(a - b) < 1e-12) }
            #expect(abs(exact.reduce(0, +) - Double(places)) < 1e-12)
        }
    }

    @Test func eachWayTermsAreTheTable() {
        for runners in 1...4 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == nil) }
        for runners in 5...7 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 2, fraction: 0.25)) }
        for runners in 8...20 { #expect(EachWayTerms.standard(runners: runners, isHandicap: false) == EachWayTerms(places: 3, fraction: 0.2)) }
        for runners in 8...11 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 3, fraction: 0.2)) }
        for runners in 12...15 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 3, fraction: 0.25)) }
        for runners in 16...24 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 4, fraction: 0.25)) }
    }

    @Test func edgesAreTheFormulas() {
        #expect(abs(Edge.win(probability: 0.12, odds: 10) - 0.20) < 1e-12)
        #expect(abs(Edge.win(probability: 0.12, odds: 10, commission: 0.05) - (0.12 * 9 * 0.95 - 0.88)) < 1e-12)
        let terms = EachWayTerms(places: 3, fraction: 0.2)
        #expect(abs(Edge.eachWay(win: 0.2, place: 0.5, odds: 6, terms: terms) - ((0.2 * 6 - 1) / 2 + (0.5 * 2 - 1) / 2)) < 1e-12)
        #expect(abs(Kelly.single(probability: 0.5, odds: 3) - 0.25) < 1e-12)
        #expect(Kelly.single(probability: 0.1, odds: 3) == 0)
    }

    /// The conditions of Karush, Kuhn and Tucker for the largest expected log wealth: with W_i the wealth if i wins and R that if none does,
    /// p_i o_i / W_i + ... is equal over the staked and no larger elsewhere.
    @Test func raceStakesMeetTheOptimalityConditions() {
        for seed in 1...300 {
            var random = Seeded(state: UInt64(seed))
            let n = 2 + Int(random.uniform() * 12)
            let raw = (0..<n).map { _ in 0.05 + random.uniform() }
            let p = raw.map { $0 / raw.reduce(0, +) }
            let odds = p.map { 1 / ($0 * (0.85 + 0.5 * random.uniform())) + 0.02 }
            let stakes = Kelly.race(probabilities: p, odds: odds)
            guard !stakes.isUnderround else { continue }
            let cash = 1 - stakes.fractions.reduce(0, +)
            // the derivative of the objective by f_i is p_i o_i / (cash + f_i o_i) - sum_j p_j / (cash + f_j o_j)
            let base = zip(p, zip(stakes.fractions, odds)).reduce(0) { $0 + $1.0 / (cash + $1.1.0 * $1.1.1) }
            for i in 0..<n {
                let slope = p[i] * odds[i] / (cash + stakes.fractions[i] * odds[i]) - base
                if stakes.fractions[i] > 0 { #expect(abs(slope) < 1e-9, "seed \(seed)") } else { #expect(slope < 1e-9, "seed \(seed)") }
            }
        }
    }

    @Test func aBookUnderAHundredPerCentIsNotStaked() {
        let stakes = Kelly.race(probabilities: [0.5, 0.5], odds: [2.1, 2.1])
        #expect(stakes.isUnderround)
        #expect(stakes.fractions == [0, 0])
    }

    /// A dead heat settled as the mean over which of the tied runners gets the places that are left.
    @Test func deadHeatsPayTheSharedPart() throws {
        func field(_ positions: [Int?]) -> [RunnerOutcome] { positions.map { RunnerOutcome(position: $0) } }
        let two = field([1, 1, 3])
        #expect(try Settlement.profit(side: .win, stake: 10, odds: 5, runner: two[0], field: two, terms: nil) == 10 * (0.5 * 4 - 0.5))
        let third = field([1, 2, 3, 3, 3, 6, 7, 8])
        let terms = EachWayTerms(places: 3, fraction: 0.2)
        let profit = try Settlement.profit(side: .ew, stake: 2, odds: 6, runner: third[2], field: third, terms: terms)
        #expect(abs(profit - (-1 + (1 / 3.0 * 1 - 2 / 3.0))) < 1e-12)
        let void = RunnerOutcome(position: nil, isWithdrawn: true)
        #expect(try Settlement.profit(side: .win, stake: 10, odds: 5, runner: void, field: two + [void], terms: nil) == 0)
        #expect(throws: BettingError.self) { try Settlement.profit(side: .win, stake: 1, odds: 1, runner: two[0], field: two, terms: nil) }
        #expect(throws: BettingError.self) { try Settlement.profit(side: .ew, stake: 1, odds: 3, runner: two[0], field: two, terms: nil) }
    }

    @Test func theClosingPriceIsBSPThenLastTradedThenSP() {
        #expect(ClosingPrice(bsp: 5, lastTraded: 6, sp: 7) == ClosingPrice(odds: 5, source: .bsp))
        #expect(ClosingPrice(bsp: nil, lastTraded: 6, sp: 7) == ClosingPrice(odds: 6, source: .last))
        #expect(ClosingPrice(bsp: .nan, lastTraded: nil, sp: 7) == ClosingPrice(odds: 7, source: .sp))
        #expect(ClosingPrice(bsp: nil, lastTraded: 1, sp: nil) == nil)
    }
}
