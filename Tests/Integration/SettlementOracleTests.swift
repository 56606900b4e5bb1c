import Betting
import CLVTracker
import Foundation
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingImport
import RacingStore
import Reference
import Testing

/// Settlement and CLV on real data, compared with the independent computation of Tests/Support/Oracles/settlement.py.
@Suite(
    .timeLimit(.minutes(20)),
    .enabled(if: RealData.canBeCompared, "no ../shared/data, or no Python: ./setup --reference")
)
struct SettlementOracleTests {
    /// Runs a command of settlement.py on the real data.
    private func oracle<Answer: Decodable>(
        _ type: Answer.Type,
        _ command: String,
        _ arguments: String...
    ) async throws -> Answer {
        let script = """
            import runpy, sys, json
            sys.argv = json.loads(sys.argv[1])
            runpy.run_path(sys.argv[0], run_name='__main__')
            """
        let program = TestFleet.root + "/Tests/Support/Oracles/settlement.py"
        let words = try JSONEncoder().encode([program, command, RealData.folder] + arguments)
        let text = try await Python.run(script, String(decoding: words, as: UTF8.self))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(text.utf8))
    }

    private func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-9 * max(1, abs(b)) }

    // MARK: Britain and Ireland, 2008 to 2021

    private struct RuleTotals: Decodable {
        let bets, winners, clvBets: Int
        let turnover, profit, profitAfterCommission, meanClv: Double
    }
    private struct RuleAnswers: Decodable {
        /// Events that the importer must leave out.
        let contradictory: [Int64]
        let rules: [String: RuleTotals]
    }
    private struct Backtest: Decodable { let summary: BacktestSummary }

    /// Backs every runner, each favourite and every drifter at the morning price, with BSP as the closing price,
    /// through the operator's commands.
    @Test func `backtests of the selection rules match the oracle`() async throws {
        let expected = try await oracle(RuleAnswers.self, "ukie_bsp")
        try await TestFleet.with { fleet async throws in
            try await importStartingPrices(fleet, leavingOut: expected.contradictory)
            #expect(expected.rules.count == SelectionRule.allCases.count)
            for (rule, totals) in expected.rules {
                let backtest = try await fleet.json(
                    Backtest.self,
                    "report backtest --from 2008-01-01 --to 2021-12-31 --rule \(rule)"
                )
                expect(backtest.summary, equals: totals, rule)
            }
        }
    }

    private func importStartingPrices(_ fleet: TestFleet, leavingOut contradictory: [Int64]) async throws {
        try await fleet.giddyup("migrate")
        let printed = try await fleet.giddyup(
            "import betfair-sp --races",
            RealData.folder + "/ukie_bsp_races.csv.xz",
            "--runners",
            RealData.folder + "/ukie_bsp_runners.csv.xz"
        )
        #expect(contradictory.count == 32)
        // One of them is also a special event, which the report does not list by its id.
        #expect(contradictory.count { printed.contains("\($0)") } >= 31, "\(printed.prefix(2000))")
    }

    private func expect(_ actual: BacktestSummary, equals expected: RuleTotals, _ rule: String) {
        #expect(actual.bets == expected.bets && actual.winners == expected.winners, "\(rule): \(actual)")
        #expect(actual.clvBets == expected.clvBets, "\(rule): \(actual)")
        #expect(isClose(actual.turnover, expected.turnover), "\(rule): \(actual)")
        #expect(isClose(actual.grossProfit, expected.profit), "\(rule): \(actual)")
        #expect(isClose(actual.profit, expected.profitAfterCommission), "\(rule): \(actual)")
        #expect(isClose(actual.clv ?? .nan, expected.meanClv), "\(rule): \(actual)")
    }

    // MARK: Hong Kong

    private struct Verdict: Decodable {
        let runners, races, deadHeatRunners, withdrawn, missing, unknown: Int
        let maxDifference: Double
        let worst: String
    }

    /// The oracle enumerates the orders of the runners in a dead heat.
    @Test func `settles win, place and each-way bets on every runner in Hong Kong`() async throws {
        let file = try HongKongImport(
            races: RealData.folder + "/hk_races.csv.xz",
            runners: RealData.folder + "/hk_runners.csv.xz"
        )
        let races = Dictionary(uniqueKeysWithValues: file.races.map { ($0.raceID, $0) })
        var lines = ["race_id,runner_id,handicap,odds,place_odds,win,place,ew"]
        for (raceID, field) in Dictionary(grouping: file.runners, by: \.raceID) {
            guard let race = races[raceID] else { continue }
            lines += try settledLines(race, field)
        }
        let path = NSTemporaryDirectory() + "settled-\(UUID().uuidString).csv"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let verdict = try await oracle(Verdict.self, "hk", path)
        #expect(verdict.runners == 96_881 && verdict.races == 7_821 && verdict.missing == 0 && verdict.unknown == 0)
        #expect(verdict.deadHeatRunners == 478 && verdict.withdrawn == 1_683)
        #expect(verdict.maxDifference < 1e-9, "\(verdict.worst)")
    }

    /// A CSV line for each runner, with the profits of a unit stake. A profit is empty if the race is win only, and
    /// "none" if the bet cannot be settled.
    private func settledLines(_ race: RaceRecord, _ field: [RunnerRecord]) throws -> [String] {
        let outcomes = try field.map { runner in
            let finish = try Finish(runner.position ?? "")
            return RunnerOutcome(position: finish.position, isWithdrawn: !finish.isStarter)
        }
        let isHandicap = card(race).isHandicap
        let terms = EachWayTerms.standard(runners: outcomes.count { !$0.isWithdrawn }, isHandicap: isHandicap)
        return zip(field, outcomes).map { runner, outcome in
            let odds = runner.odds ?? 3
            let placeOdds = 1 + (odds - 1) / 4
            func profit(_ type: BetType, _ odds: Double) -> String {
                if type != .win, terms == nil { return "" }
                let profit = try? Settlement.profit(
                    type: type,
                    stake: 1,
                    odds: odds,
                    runner: outcome,
                    field: outcomes,
                    terms: terms
                )
                return profit.map { "\($0)" } ?? "none"
            }
            let profits = [profit(.win, odds), profit(.place, placeOdds), profit(.eachWay, odds)]
            return ([race.key, runner.key, isHandicap ? "1" : "0", "\(odds)", "\(placeOdds)"] + profits)
                .joined(separator: ",")
        }
    }

    /// The race as a card, whose name and class say whether it is a handicap.
    private func card(_ race: RaceRecord) -> RaceCard {
        RaceCard(
            raceID: race.raceID,
            day: race.day,
            region: race.region,
            courseID: 1,
            courseName: race.course,
            off: nil,
            name: race.name ?? "",
            raceClass: race.raceClass,
            pattern: race.pattern,
            ratingBand: race.ratingBand,
            furlongs: 6,
            metres: 1200,
            going: nil,
            surface: nil
        )
    }

    // MARK: Place bets on an exchange

    private struct PlaceTotals: Decodable {
        let bets, clvBets: Int
        let profit, profitAfterCommission, meanClv: Double
    }

    private struct SettledPlaceBet {
        let grossProfit: Double
        let profit: Double
        let clv: Double
    }

    /// The exchange's place market determines the places paid, and the place BSP is the closing price.
    @Test func `settles place bets of a season by the results of the place markets`() async throws {
        let file = try CSVFile(
            RealData.folder + "/ukie2026_runners.csv.xz",
            required: ["win_market_id", "selection_id", "rated_price", "win_result", "place_bsp", "place_result"]
        )
        var fields: [Int64: [CSVFile.Row]] = [:]
        for index in 0..<file.count {
            let row = file.row(index)
            fields[Int64(try row.required("win_market_id")) ?? 0, default: []].append(row)
        }
        let settled = try fields.flatMap { raceID, rows in try settlePlaceBets(raceID, rows) }
        let expected = try await oracle(PlaceTotals.self, "ukie2026")
        #expect(settled.count == expected.bets)
        #expect(isClose(settled.map(\.grossProfit).reduce(0, +), expected.profit))
        #expect(isClose(settled.map(\.profit).reduce(0, +), expected.profitAfterCommission))
        #expect(isClose(settled.map(\.clv).reduce(0, +) / Double(settled.count), expected.meanClv))
    }

    /// Settles a unit place bet on each runner that has a rated price and a paid or lost place market.
    private func settlePlaceBets(_ raceID: Int64, _ rows: [CSVFile.Row]) throws -> [SettledPlaceBet] {
        let off = Instant(microseconds: 1_000_000_000)
        let results = try rows.map { row in
            let won = try row.int("win_result")
            return StoredResult(
                raceID: raceID,
                horseID: Int64(try row.required("selection_id")) ?? 0,
                off: off,
                isHandicap: false,
                outcome: RunnerOutcome(position: won == 1 ? 1 : nil, isWithdrawn: won == -1),
                placeBSP: try row.double("place_bsp"),
                placePaid: won == -1 ? nil : try row.int("place_result").map { $0 == 1 },
                closing: nil
            )
        }
        let race = RaceOutcome(results: results)
        var settled: [SettledPlaceBet] = []
        for (row, result) in zip(rows, results) {
            guard let rated = try row.double("rated_price"), rated > 1, let closing = result.placeBSP, closing > 1,
                result.placePaid != nil, try [0, 1].contains(row.int("win_result") ?? -2)
            else { continue }
            let bet = OpenBet(
                betID: 1,
                at: off.advanced(bySeconds: -60),
                raceID: raceID,
                horseID: result.horseID,
                type: .place,
                odds: 1 + (rated - 1) / 4,
                stake: 1
            )
            let gross = BetSettlement(bet, race, StakingPolicy.Source(kind: .exchange, commission: 0)).settled()
            let net = BetSettlement(bet, race, StakingPolicy.Source(kind: .exchange, commission: 0.02)).settled()
            settled.append(
                SettledPlaceBet(
                    grossProfit: try #require(gross.profit),
                    profit: try #require(net.profit, "\(net.unsettledReason ?? "")"),
                    clv: try #require(net.clv)
                )
            )
        }
        return settled
    }

    // MARK: CLV along a price path

    /// Reads the ticks of two races as the feature-builder does, at 60, 10, 1 and 0 minutes before the off.
    @Test func `computes the closing line value along a price path`() async throws {
        let expected = try await oracle([String: [String: PricePath.Lead]].self, "live")
        let path = try PricePath()
        try await TestFleet.with { fleet async throws in
            try await path.insert(fleet.pool)
            for (race, off) in try await path.offs(fleet.pool) {
                for minutes in [60, 10, 1, 0] {
                    let lead = try #require(expected["\(race)"]?["\(minutes)"])
                    let values = try await path.logRatios(race, off, minutesBeforeOff: minutes, fleet.pool)
                    #expect(values.count == lead.runners, "\(race), \(minutes) min")
                    #expect(
                        isClose(values.reduce(0, +) / Double(values.count), lead.meanClv),
                        "\(race), \(minutes) min"
                    )
                }
            }
        }
    }
}

/// The real data, and whether it can be compared with an independent computation.
enum RealData {
    static let folder = TestFleet.root + "/../shared/data"
    static var canBeCompared: Bool {
        Python.isInstalled && FileManager.default.fileExists(atPath: folder + "/ukie_bsp_races.csv.xz")
    }
}
