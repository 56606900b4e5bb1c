import Betting
import Foundation
import ModelingStore
import Modelling
import Postgres
import Racing
import RacingStore
import Reference
import Servers
import Testing
import Upstream
import Workers

/// Settlement and the closing line on real data, against a computation of their own in Tests/Oracles/settlement.py.
@Suite(.enabled(if: RealData.canBeCompared, "no ../shared/data, or no Python: ./setup --reference")) struct SettlementOracleTests {
    private static let data = RealData.folder

    private struct Totals: Decodable {
        let bets, clvBets: Int
        let profit, profitAfterCommission, meanClv: Double
    }

    private func oracle<Answer: Decodable>(_ arguments: String..., as: Answer.Type) async throws -> Answer {
        let script = "import runpy, sys, json; sys.argv = json.loads(sys.argv[1]); runpy.run_path(sys.argv[0], run_name='__main__')"
        let all = ["\(TestFleet.root)/Tests/Oracles/settlement.py", arguments[0], Self.data] + arguments.dropFirst()
        let text = try await Python.run(script, String(decoding: try JSONEncoder().encode(all), as: UTF8.self))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(text.utf8))
    }

    private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool { abs(a - b) <= tolerance * max(1, abs(b)) }

    /// Every runner, each favourite, every drifter at the morning price with BSP as the close, by the commands that an operator would run.
    @Test func statedRulesOnTheStartingPriceFiles() async throws {
        struct Expected: Decodable {
            struct Rule: Decodable {
                let bets, winners, clvBets: Int
                let turnover, profit, profitAfterCommission, meanClv: Double
            }
            let contradictory: [Int64]
            let rules: [String: Rule]
        }
        struct Report: Decodable { let summary: BacktestSummary }
        let expected = try await oracle("ukie_bsp", as: Expected.self)
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            let said = try await fleet.giddyup(
                "import", "betfair-sp", "--races", Self.data + "/ukie_bsp_races.csv.xz", "--runners", Self.data + "/ukie_bsp_runners.csv.xz")
            #expect(expected.contradictory.count == 32)
            // one of them is a special as well, and is left out for that
            #expect(expected.contradictory.count { said.contains("event \($0) ") || said.contains("\($0)") } >= 31, "\(said.prefix(2000))")
            for (rule, there) in expected.rules {
                let text = try await fleet.giddyup("report", "backtest", "--from", "2008-01-01", "--to", "2021-12-31", "--rule", rule, "--json")
                let json = try #require(text.firstIndex(of: "{").map { text[$0...] })
                let here = try JSONDecoder().decode(Report.self, from: Data(json.utf8)).summary
                #expect(here.bets == there.bets && here.winners == there.winners && here.clvBets == there.clvBets, "\(rule): \(here)")
                #expect(isClose(here.turnover, there.turnover) && isClose(here.grossProfit, there.profit), "\(rule): \(here)")
                #expect(isClose(here.profit, there.profitAfterCommission), "\(rule): \(here.profit) for \(there.profitAfterCommission)")
                #expect(isClose(here.clv ?? .nan, there.meanClv), "\(rule): \(here.clv ?? .nan) for \(there.meanClv)")
            }
            #expect(expected.rules.count == SelectionRule.allCases.count)
        }
    }

    /// Win, place and each way of every runner of every Hong Kong race, against brute force over the orders of the tied.
    @Test func everyRunnerOfHongKong() async throws {
        let file = try HongKongImport(races: Self.data + "/hk_races.csv.xz", runners: Self.data + "/hk_runners.csv.xz")
        let races = Dictionary(uniqueKeysWithValues: file.races.map { ($0.raceID, $0) })
        var lines = ["race_id,runner_id,handicap,odds,place_odds,win,place,ew"]
        for (raceID, field) in Dictionary(grouping: file.runners, by: \.raceID) {
            guard let race = races[raceID] else { continue }
            let finishes = try field.map { try Finish($0.position ?? "") }
            let outcomes = finishes.map { RunnerOutcome(position: $0.position, isWithdrawn: !$0.isStarter) }
            let card = RaceCard(
                raceID: raceID, day: race.day, region: race.region, courseID: 1, courseName: race.course, off: nil, name: race.name ?? "",
                raceClass: race.raceClass, pattern: race.pattern, ratingBand: race.ratingBand, furlongs: 6, metres: 1200, going: nil, surface: nil)
            let terms = EachWayTerms.standard(runners: outcomes.count { !$0.isWithdrawn }, isHandicap: card.isHandicap)
            for (runner, outcome) in zip(field, outcomes) {
                let odds = runner.odds ?? 3
                let placeOdds = 1 + (odds - 1) / 4
                func settled(_ side: BetSide, _ odds: Double) -> String {
                    // a race that is win only has neither
                    if side != .win, terms == nil { return "" }
                    let profit = try? Settlement.profit(side: side, stake: 1, odds: odds, runner: outcome, field: outcomes, terms: terms)
                    return profit.map { "\($0)" } ?? "none"
                }
                lines.append(
                    "\(race.key),\(runner.key),\(card.isHandicap ? 1 : 0),\(odds),\(placeOdds),\(settled(.win, odds)),\(settled(.place, placeOdds)),\(settled(.ew, odds))"
                )
            }
        }
        let path = NSTemporaryDirectory() + "settled-\(UUID().uuidString).csv"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        struct Verdict: Decodable {
            let runners, races, deadHeatRunners, withdrawn, missing, unknown: Int
            let maxDifference: Double
            let worst: String
        }
        let verdict = try await oracle("hk", path, as: Verdict.self)
        #expect(verdict.runners == 96_881 && verdict.races == 7_821 && verdict.missing == 0 && verdict.unknown == 0)
        #expect(verdict.deadHeatRunners == 478 && verdict.withdrawn == 1_683)
        #expect(verdict.maxDifference < 1e-9, "\(verdict.worst)")
    }

    /// Place bets on an exchange, settled as the clv-tracker does, by the market's own place results and place BSP.
    @Test func placeBetsOfASeason() async throws {
        let file = try CSVFile(
            Self.data + "/ukie2026_runners.csv.xz",
            required: ["win_market_id", "selection_id", "rated_price", "win_result", "place_bsp", "place_result"])
        var fields: [Int64: [CSVFile.Row]] = [:]
        for index in 0..<file.count { fields[Int64(try file.row(index).required("win_market_id")) ?? 0, default: []].append(file.row(index)) }
        let off = Instant(microseconds: 1_000_000_000)
        var (profits, gross, lines): ([Double], [Double], [Double]) = ([], [], [])
        for (race, rows) in fields {
            let results = try rows.map { row in
                let won = try row.int("win_result")
                return StoredResult(
                    raceID: race, horseID: Int64(try row.required("selection_id")) ?? 0, off: off, isHandicap: false,
                    outcome: RunnerOutcome(position: won == 1 ? 1 : nil, isWithdrawn: won == -1), placeBSP: try row.double("place_bsp"),
                    placePaid: won == -1 ? nil : try row.int("place_result").map { $0 == 1 }, closing: nil)
            }
            for (row, result) in zip(rows, results) {
                guard let rated = try row.double("rated_price"), rated > 1, let close = result.placeBSP, close > 1, result.placePaid != nil,
                    try [0, 1].contains(row.int("win_result") ?? -2)
                else { continue }
                let bet = OpenBet(
                    betID: 1, at: off.advanced(bySeconds: -60), raceID: race, horseID: result.horseID, side: .place, odds: 1 + (rated - 1) / 4,
                    stake: 1)
                let settled = BetSettler.settle(bet, results, StakingPolicy.Source(kind: .exchange, commission: 0.02))
                profits.append(try #require(settled.profit, "\(settled.unsettledReason ?? "")"))
                gross.append(try #require(BetSettler.settle(bet, results, StakingPolicy.Source(kind: .exchange, commission: 0)).profit))
                lines.append(try #require(settled.clv))
            }
        }
        let expected = try await oracle("ukie2026", as: Totals.self)
        #expect(profits.count == expected.bets)
        #expect(isClose(gross.reduce(0, +), expected.profit) && isClose(profits.reduce(0, +), expected.profitAfterCommission))
        #expect(isClose(lines.reduce(0, +) / Double(lines.count), expected.meanClv))
    }

    /// What could be taken along a real price path, tick by tick, as the feature-builder reads it.
    @Test func closingLineValueAlongAPricePath() async throws {
        struct Lead: Decodable {
            let runners: Int
            let meanClv: Double
        }
        let expected = try await oracle("live", as: [String: [String: Lead]].self)
        let ticks = try CSVFile(
            Self.data + "/live_prices_sample.csv.xz", required: ["win_market_id", "selection_id", "ts", "traded_price", "traded_vol"])
        let known = try CSVFile(Self.data + "/live_prices_sample_result_132153978.csv.xz", required: ["selection_id", "bsp"])
        let season = try CSVFile(Self.data + "/ukie2026_runners.csv.xz", required: ["win_market_id", "selection_id", "win_bsp"])
        let races = try CSVFile(Self.data + "/ukie2026_races.csv.xz", required: ["win_market_id", "off_utc"])
        var closing: [Int64: [Int64: Double]] = [:]
        for index in 0..<known.count {
            closing[132_153_978, default: [:]][Int64(try known.row(index).required("selection_id")) ?? 0] = try known.row(index).double("bsp")
        }
        for index in 0..<season.count where try season.row(index).required("win_market_id") == "258017291" {
            closing[258_017_291, default: [:]][Int64(try season.row(index).required("selection_id")) ?? 0] = try season.row(index).double("win_bsp")
        }
        let offRow = try #require((0..<races.count).first { races.row($0).text("win_market_id") == "258017291" })
        var offs = [Int64(258_017_291): try #require(Instant(try races.row(offRow).required("off_utc").prefix(19) + "Z"))]
        var prices: (races: [Int64], runners: [Int64], at: [String], odds: [Double], volume: [Double?]) = ([], [], [], [], [])
        for index in 0..<ticks.count {
            let row = ticks.row(index)
            prices.races.append(Int64(try row.required("win_market_id")) ?? 0)
            prices.runners.append(Int64(try row.required("selection_id")) ?? 0)
            prices.at.append(try row.required("ts"))
            prices.odds.append(try #require(try row.double("traded_price")))
            prices.volume.append(try row.double("traded_vol"))
        }
        try await TestFleet.with { fleet async throws in
            try await fleet.pool.withConnection { try await UpstreamSchema.install(TestFleet.root + "/upstream/racing.sql", $0) }
            // upstream may hold several prices of one second; the sample does
            try await fleet.pool.query("ALTER TABLE racing.live_prices DROP CONSTRAINT live_prices_pkey")
            try await fleet.pool.query(
                """
                INSERT INTO racing.live_prices (race_id, runner_id, ts, back_price, traded_vol)
                SELECT race_id, runner_id, ts::timestamptz, odds, volume FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::float8[], $5::float8[])
                    AS t(race_id, runner_id, ts, odds, volume)
                """, [.ints(prices.races), .ints(prices.runners), .texts(prices.at), .doubles(prices.odds), .doubles(prices.volume)])
            let last = try await fleet.pool.query("SELECT max(ts) AS ts FROM racing.live_prices WHERE race_id = 132153978")[0]
            offs[132_153_978] = Instant(try last.get("ts", as: PostgresInstant.self))
            for (race, off) in offs {
                for minutes in [60, 10, 1, 0] {
                    let question = PriceReader.Question(
                        key: RaceKey(raceID: race, day: off.day(in: .gmt)), asOf: off.advanced(bySeconds: -60 * Double(minutes)), morning: off)
                    let answer = try await fleet.pool.withConnection { try await PriceReader.read([question], $0)[0] }
                    let values = (closing[race] ?? [:]).compactMap { runner, bsp in
                        answer[runner].map { ClosingLineValue.logRatio(taken: $0.odds, closing: bsp) }
                    }
                    let there = try #require(expected["\(race)"]?["\(minutes)"])
                    #expect(
                        values.count == there.runners && isClose(values.reduce(0, +) / Double(values.count), there.meanClv),
                        "\(race), \(minutes) min")
                }
            }
        }
    }
}

/// Where the real data is, and what it can be compared by.
enum RealData {
    static let folder = TestFleet.root + "/../shared/data"
    static var canBeCompared: Bool { Python.isThere && FileManager.default.fileExists(atPath: folder + "/ukie_bsp_races.csv.xz") }
}
