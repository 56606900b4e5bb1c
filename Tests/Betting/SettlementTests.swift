import Betting
import Randomness
import Seeded
import Testing

@Suite struct SettlementTests {
    private let terms = EachWayTerms(places: 3, fraction: 0.2)

    private func field(_ positions: [Int?]) -> [RunnerOutcome] { positions.map { RunnerOutcome(position: $0) } }

    private func profit(_ type: BetType, _ runner: Int, _ field: [RunnerOutcome], commission: Double = 0) throws
        -> Double
    {
        try Settlement.profit(
            type: type,
            stake: 10,
            odds: 9,
            runner: field[runner],
            field: field,
            terms: terms,
            commission: commission
        )
    }

    @Test func `settles win, place and each-way bets`() throws {
        let race = field([1, 2, 3, 4, nil, 5, 6, 7])
        #expect(try profit(.win, 0, race) == 80)
        #expect(abs(try profit(.win, 0, race, commission: 0.02) - 78.4) < 1e-12)
        #expect(try profit(.win, 1, race) == -10)
        #expect(try profit(.win, 1, race, commission: 0.02) == -10, "commission is on winnings only")
        #expect(try profit(.place, 2, race) == 80)
        #expect(try profit(.place, 3, race) == -10)
        #expect(abs(try profit(.eachWay, 0, race) - (40 + 8)) < 1e-12)
        #expect(abs(try profit(.eachWay, 2, race) - (-5 + 8)) < 1e-12)
        #expect(try profit(.eachWay, 3, race) == -10)
        #expect(abs(try profit(.eachWay, 0, race, commission: 0.05) - 48) < 1e-12, "no commission on each way")
        for type in BetType.allCases { #expect(try profit(type, 4, race) == -10, "pulled up counts as a loss") }
    }

    @Test func `voids bets on withdrawn runners and leaves them out of the field`() throws {
        var race = field([1, 2, 3, 4, 5, 6, 7, 8])
        race.append(RunnerOutcome(position: nil, isWithdrawn: true))
        race.append(RunnerOutcome(position: 1, isWithdrawn: true))
        for type in BetType.allCases {
            #expect(try profit(type, 8, race) == 0)
            #expect(try profit(type, 9, race) == 0)
        }
        #expect(try profit(.win, 0, race) == 80, "a withdrawn runner does not make a dead heat")
    }

    /// The mean profit over all strict orders that agree with the result, with tied runners in every order.
    private func enumerated(_ type: BetType, _ runner: Int, _ positions: [Int?], commission: Double) -> Double {
        func profit(at position: Int) -> Double {
            let isFirst = position == 1
            let isPlaced = position <= terms.places
            switch type {
            case .win: return isFirst ? 10 * 8 : -10
            case .place: return isPlaced ? 10 * 8 : -10
            case .eachWay: return (isFirst ? 5 * 8 : -5) + (isPlaced ? 5 * 8 * 0.2 : -5)
            }
        }
        guard let position = positions[runner] else { return -10 }
        let tied = positions.indices.filter { positions[$0] == position }
        var orders: [[Int]] = [[]]
        for tiedRunner in tied {
            orders = orders.flatMap { order in
                (0...order.count).map { Array(order[..<$0]) + [tiedRunner] + Array(order[$0...]) }
            }
        }
        let profits = orders.map { order in profit(at: position + (order.firstIndex(of: runner) ?? 0)) }
        // Commission is charged on the net of the whole bet.
        let mean = profits.reduce(0, +) / Double(profits.count)
        return mean > 0 && type != .eachWay ? mean * (1 - commission) : mean
    }

    @Test func `dead heats pay the mean over all orders of the tied runners`() throws {
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            let count = 2 + random.below(9)
            var positions: [Int?] = []
            while positions.count < count {
                let tied = min(1 + (random.below(3) == 0 ? 1 + random.below(3) : 0), count - positions.count)
                positions += [Int?](repeating: positions.count + 1, count: tied)
            }
            if random.below(2) == 0 { positions[count - 1] = nil }
            let race = field(positions)
            let commission = [0, 0.05][random.below(2)]
            for type in BetType.allCases {
                for runner in race.indices {
                    let expected = enumerated(type, runner, positions, commission: commission)
                    let actual = try profit(type, runner, race, commission: commission)
                    #expect(abs(actual - expected) < 1e-10, "seed \(seed), \(type), runner \(runner) of \(positions)")
                }
            }
        }
    }

    @Test func `shares the places left among tied runners`() {
        let two = field([1, 1, 3, 4, 5, 6, 7, 8])
        #expect(Settlement.share(two[0], two, places: 1) == 0.5)
        #expect(Settlement.share(two[0], two, places: 3) == 1, "both are within the places")
        let third = field([1, 2, 3, 3, 3, 6, 7, 8])
        #expect(abs(Settlement.share(third[2], third, places: 3) - 1 / 3.0) < 1e-15)
        #expect(Settlement.share(third[5], third, places: 3) == 0)
        let pair = field([1, 2, 2, 2, 5])
        #expect(abs(Settlement.share(pair[1], pair, places: 3) - 2 / 3.0) < 1e-15, "two places for three runners")
        for places in 1...4 {
            let sum = third.reduce(0) { $0 + Settlement.share($1, third, places: places) }
            #expect(abs(sum - Double(places)) < 1e-12, "the shares sum to the number of places")
        }
    }

    @Test func `settles a corrected result by the official order`() throws {
        #expect(try profit(.win, 1, field([1, 2, 3])) == -10)
        #expect(try profit(.win, 1, field([nil, 1, 2])) == 80)
        #expect(try profit(.win, 0, field([nil, 1, 2])) == -10)
    }

    @Test func `rejects invalid odds and missing terms`() {
        let race = field([1, 2])
        for odds in [1, 0.5, 0, -2, Double.nan, .infinity] {
            #expect(throws: BettingError.self, "\(odds)") {
                try Settlement.profit(type: .win, stake: 1, odds: odds, runner: race[0], field: race, terms: nil)
            }
        }
        #expect(throws: BettingError.self) {
            try Settlement.profit(type: .place, stake: 1, odds: 3, runner: race[0], field: race, terms: nil)
        }
    }

    @Test func `an each-way bet on a field that falls to four is all on the win`() throws {
        let race = field([1, 2, 3, 4])
        #expect(EachWayTerms.standard(runners: 4, isHandicap: true) == nil)
        func profit(_ runner: Int) throws -> Double {
            try Settlement.profit(type: .eachWay, stake: 2, odds: 5, runner: race[runner], field: race, terms: nil)
        }
        #expect(try profit(0) == 8 && profit(1) == -2)
    }
}
