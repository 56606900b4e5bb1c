import Betting
import Seeded
import Testing

@Suite struct SettlementTests {
    private let terms = EachWayTerms(places: 3, fraction: 0.2)

    private func field(_ positions: [Int?]) -> [RunnerOutcome] { positions.map { RunnerOutcome(position: $0) } }

    private func profit(_ side: BetSide, _ runner: Int, _ field: [RunnerOutcome], commission: Double = 0) throws -> Double {
        try Settlement.profit(side: side, stake: 10, odds: 9, runner: field[runner], field: field, terms: terms, commission: commission)
    }

    @Test func winPlaceAndEachWay() throws {
        let race = field([1, 2, 3, 4, nil, 5, 6, 7])
        #expect(try profit(.win, 0, race) == 80)
        #expect(abs(try profit(.win, 0, race, commission: 0.02) - 78.4) < 1e-12)
        #expect(try profit(.win, 1, race) == -10)
        #expect(try profit(.win, 1, race, commission: 0.02) == -10, "commission is on winnings only")
        #expect(try profit(.place, 2, race) == 80)
        #expect(try profit(.place, 3, race) == -10)
        #expect(abs(try profit(.ew, 0, race) - (40 + 8)) < 1e-12)
        #expect(abs(try profit(.ew, 2, race) - (-5 + 8)) < 1e-12)
        #expect(try profit(.ew, 3, race) == -10)
        #expect(abs(try profit(.ew, 0, race, commission: 0.05) - 48) < 1e-12, "no commission on each way")
        for side in BetSide.allCases { #expect(try profit(side, 4, race) == -10, "pulled up: it ran and it lost") }
    }

    @Test func aWithdrawnRunnerIsVoidAndNotInTheField() throws {
        var race = field([1, 2, 3, 4, 5, 6, 7, 8])
        race.append(RunnerOutcome(position: nil, isWithdrawn: true))
        race.append(RunnerOutcome(position: 1, isWithdrawn: true))
        for side in BetSide.allCases {
            #expect(try profit(side, 8, race) == 0)
            #expect(try profit(side, 9, race) == 0)
        }
        #expect(try profit(.win, 0, race) == 80, "one that did not run is no dead heater")
    }

    /// Strict orders that agree with the result: the tied runners in every order, each as likely as the next.
    private func enumerated(_ side: BetSide, _ runner: Int, _ positions: [Int?], commission: Double) -> Double {
        func paid(_ place: Int) -> Double {
            let (isFirst, isPlaced) = (place == 1, place <= terms.places)
            switch side {
            case .win: return isFirst ? 10 * 8 : -10
            case .place: return isPlaced ? 10 * 8 : -10
            case .ew: return (isFirst ? 5 * 8 : -5) + (isPlaced ? 5 * 8 * 0.2 : -5)
            }
        }
        guard let position = positions[runner] else { return -10 }
        let tied = positions.indices.filter { positions[$0] == position }
        var orders: [[Int]] = [[]]
        for one in tied { orders = orders.flatMap { order in (0...order.count).map { Array(order[..<$0]) + [one] + Array(order[$0...]) } } }
        let profits = orders.map { order in paid(position + (order.firstIndex(of: runner) ?? 0)) }
        // commission is on what the bet wins as a whole
        let mean = profits.reduce(0, +) / Double(profits.count)
        return mean > 0 && side != .ew ? mean * (1 - commission) : mean
    }

    @Test func deadHeatsPayTheMeanOverWhoGetsThePlace() throws {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed)
            let count = 2 + random.below(9)
            var positions: [Int?] = []
            while positions.count < count {
                let tied = min(1 + (random.below(3) == 0 ? 1 + random.below(3) : 0), count - positions.count)
                positions += [Int?](repeating: positions.count + 1, count: tied)
            }
            if random.below(2) == 0 { positions[count - 1] = nil }
            let race = field(positions)
            let commission = [0, 0.05][random.below(2)]
            for side in BetSide.allCases {
                for runner in race.indices {
                    let mine = enumerated(side, runner, positions, commission: commission)
                    let theirs = try profit(side, runner, race, commission: commission)
                    #expect(abs(theirs - mine) < 1e-10, "seed \(seed), \(side), runner \(runner) of \(positions)")
                }
            }
        }
    }

    @Test func sharesByTheRule() {
        let two = field([1, 1, 3, 4, 5, 6, 7, 8])
        #expect(Settlement.share(two[0], two, places: 1) == 0.5)
        #expect(Settlement.share(two[0], two, places: 3) == 1, "both are within the places")
        let third = field([1, 2, 3, 3, 3, 6, 7, 8])
        #expect(abs(Settlement.share(third[2], third, places: 3) - 1 / 3.0) < 1e-15)
        #expect(Settlement.share(third[5], third, places: 3) == 0)
        let pair = field([1, 2, 2, 2, 5])
        #expect(abs(Settlement.share(pair[1], pair, places: 3) - 2 / 3.0) < 1e-15, "two places for three")
        for places in 1...4 {
            let sum = third.reduce(0) { $0 + Settlement.share($1, third, places: places) }
            #expect(abs(sum - Double(places)) < 1e-12, "as many places are paid as there are")
        }
    }

    @Test func aCorrectedResultPaysOnTheOfficialOrder() throws {
        #expect(try profit(.win, 1, field([1, 2, 3])) == -10)
        #expect(try profit(.win, 1, field([nil, 1, 2])) == 80)
        #expect(try profit(.win, 0, field([nil, 1, 2])) == -10)
    }

    @Test func whatCannotBeSettledIsAnError() {
        let race = field([1, 2])
        for odds in [1, 0.5, 0, -2, Double.nan, .infinity] {
            #expect(throws: BettingError.self, "\(odds)") {
                try Settlement.profit(side: .win, stake: 1, odds: odds, runner: race[0], field: race, terms: nil)
            }
        }
        for side in [BetSide.ew, .place] {
            #expect(throws: BettingError.self) { try Settlement.profit(side: side, stake: 1, odds: 3, runner: race[0], field: race, terms: nil) }
        }
    }
}
