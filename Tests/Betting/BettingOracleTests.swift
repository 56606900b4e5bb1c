import Betting
import Foundation
import Randomness
import Testing

@Suite struct BettingOracleTests {
    @Test func `every overround method sums to 1 and keeps the order`() throws {
        for method in Overround.allCases {
            let p = try method.probabilities([2.6, 2.4, 4.3, 15])
            #expect(abs(p.reduce(0, +) - 1) < 1e-12)
            #expect(p[1] > p[0] && p[0] > p[2] && p[2] > p[3])
        }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([2, 1.0]) }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([2, .nan]) }
        #expect(throws: BettingError.self) { try Overround.power.probabilities([]) }
    }

    @Test func `power finds the same exponent as bisection`() throws {
        let odds = [2.6, 2.4, 4.3]
        var low = 0.5
        var high = 3.0
        for _ in 0..<200 {
            let k = (low + high) / 2
            if odds.reduce(0, { $0 + pow(1 / $1, k) }) > 1 { low = k } else { high = k }
        }
        let p = try Overround.power.probabilities(odds)
        for (index, o) in odds.enumerated() { #expect(abs(p[index] - pow(1 / o, low)) < 1e-10) }
    }

    /// Sums over every order of the first `places` runners.
    private func enumerated(_ win: [Double], _ places: Int, _ exponents: [Double]) -> [Double] {
        var result = win.map { _ in 0.0 }
        func extend(_ order: [Int], _ probability: Double) {
            if order.count == places {
                for runner in order { result[runner] += probability }
                return
            }
            let l = order.isEmpty ? 1 : exponents[order.count - 1]
            let left = win.indices.filter { !order.contains($0) }
            let sum = left.reduce(0) { $0 + pow(win[$1], l) }
            for runner in left { extend(order + [runner], probability * pow(win[runner], l) / sum) }
        }
        extend([], 1)
        return result
    }

    @Test(arguments: 1...4) func `place probabilities equal the sum over all orders`(places: Int) throws {
        var random = SplitMix64(seed: UInt64(places))
        for exponents in [[1.0, 1, 1], [0.81, 0.65, 0.5]] {
            let raw = (0..<7).map { _ in random.uniform() }
            let win = raw.map { $0 / raw.reduce(0, +) }
            let exact = try PlaceProbability.place(win: win, places: places, exponents: exponents)
            for (a, b) in zip(exact, enumerated(win, places, exponents)) { #expect(abs(a - b) < 1e-12) }
            #expect(abs(exact.reduce(0, +) - Double(places)) < 1e-12)
        }
    }

    @Test func `each-way terms follow the table`() {
        for runners in 1...4 { #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == nil) }
        for runners in 5...7 {
            #expect(
                EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 2, fraction: 0.25)
            )
        }
        for runners in 8...20 {
            #expect(
                EachWayTerms.standard(runners: runners, isHandicap: false) == EachWayTerms(places: 3, fraction: 0.2)
            )
        }
        for runners in 8...11 {
            #expect(EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 3, fraction: 0.2))
        }
        for runners in 12...15 {
            #expect(
                EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 3, fraction: 0.25)
            )
        }
        for runners in 16...24 {
            #expect(
                EachWayTerms.standard(runners: runners, isHandicap: true) == EachWayTerms(places: 4, fraction: 0.25)
            )
        }
    }

    @Test func `edges and single Kelly stakes follow the formulas`() {
        #expect(abs(Edge.win(probability: 0.12, odds: 10) - 0.20) < 1e-12)
        #expect(abs(Edge.win(probability: 0.12, odds: 10, commission: 0.05) - (0.12 * 9 * 0.95 - 0.88)) < 1e-12)
        let terms = EachWayTerms(places: 3, fraction: 0.2)
        #expect(
            abs(Edge.eachWay(win: 0.2, place: 0.5, odds: 6, terms: terms) - ((0.2 * 6 - 1) / 2 + (0.5 * 2 - 1) / 2))
                < 1e-12
        )
        #expect(abs(Kelly.single(probability: 0.5, odds: 3) - 0.25) < 1e-12)
        #expect(Kelly.single(probability: 0.1, odds: 3) == 0)
    }

    /// The Karush-Kuhn-Tucker conditions of maximal expected log wealth: the derivative by a stake is 0 for staked
    /// runners and not positive for the others.
    @Test func `race stakes meet the optimality conditions`() {
        for seed in 1...300 {
            var random = SplitMix64(seed: UInt64(seed))
            let n = 2 + Int(random.uniform() * 12)
            let raw = (0..<n).map { _ in 0.05 + random.uniform() }
            let p = raw.map { $0 / raw.reduce(0, +) }
            let odds = p.map { 1 / ($0 * (0.85 + 0.5 * random.uniform())) + 0.02 }
            let stakes = Kelly.race(probabilities: p, odds: odds)
            guard !stakes.isUnderround else { continue }
            let cash = 1 - stakes.fractions.reduce(0, +)
            // The derivative by f_i is p_i o_i / (cash + f_i o_i) - sum_j p_j / (cash + f_j o_j).
            let base = zip(p, zip(stakes.fractions, odds)).reduce(0) { $0 + $1.0 / (cash + $1.1.0 * $1.1.1) }
            for i in 0..<n {
                let slope = p[i] * odds[i] / (cash + stakes.fractions[i] * odds[i]) - base
                if stakes.fractions[i] > 0 {
                    #expect(abs(slope) < 1e-9, "seed \(seed)")
                } else {
                    #expect(slope < 1e-9, "seed \(seed)")
                }
            }
        }
    }

    @Test func `a book under 100 % is not staked`() {
        let stakes = Kelly.race(probabilities: [0.5, 0.5], odds: [2.1, 2.1])
        #expect(stakes.isUnderround)
        #expect(stakes.fractions == [0, 0])
    }

    @Test func `dead heats pay the shared part`() throws {
        func field(_ positions: [Int?]) -> [RunnerOutcome] { positions.map { RunnerOutcome(position: $0) } }
        let two = field([1, 1, 3])
        #expect(
            try Settlement.profit(type: .win, stake: 10, odds: 5, runner: two[0], field: two, terms: nil) == 10
                * (0.5 * 4 - 0.5)
        )
        let third = field([1, 2, 3, 3, 3, 6, 7, 8])
        let terms = EachWayTerms(places: 3, fraction: 0.2)
        let profit = try Settlement.profit(
            type: .eachWay,
            stake: 2,
            odds: 6,
            runner: third[2],
            field: third,
            terms: terms
        )
        #expect(abs(profit - (-1 + (1 / 3.0 * 1 - 2 / 3.0))) < 1e-12)
        let void = RunnerOutcome(position: nil, isWithdrawn: true)
        #expect(
            try Settlement.profit(type: .win, stake: 10, odds: 5, runner: void, field: two + [void], terms: nil) == 0
        )
        #expect(throws: BettingError.self) {
            try Settlement.profit(type: .win, stake: 1, odds: 1, runner: two[0], field: two, terms: nil)
        }
    }

    @Test func `the closing price prefers BSP, then the last traded price, then SP`() {
        #expect(ClosingPrice(bsp: 5, lastTraded: 6, sp: 7) == ClosingPrice(odds: 5, source: .bsp))
        #expect(ClosingPrice(bsp: nil, lastTraded: 6, sp: 7) == ClosingPrice(odds: 6, source: .last))
        #expect(ClosingPrice(bsp: .nan, lastTraded: nil, sp: 7) == ClosingPrice(odds: 7, source: .sp))
        #expect(ClosingPrice(bsp: nil, lastTraded: 1, sp: nil) == nil)
    }
}
