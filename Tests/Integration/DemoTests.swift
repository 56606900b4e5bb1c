import Foundation
import Postgres
import Racing
import Testing

/// Runs the demo as a user does.
@Suite(.timeLimit(.minutes(20))) struct DemoTests {
    /// The part of `summary.json` that these tests read.
    private struct Summary: Decodable {
        struct Losses: Decodable { let uniform, market, model, blend: Double }
        struct Blend: Decodable {
            let a, b, bError, unconstrainedA, unconstrainedAError: Double
            let races: Int
        }
        struct Evaluation: Decodable {
            let races: Int
            let logLoss, pseudoR2: Losses
            let blendGain, blendGainSe, ece: Double
            let staked: Int
            let roi, roiSe, clv, clvSe: Double?
            let blend: [Blend]
        }
        let data: String
        let races, runners, signals, bets, settled, deadLetters: Int
        let seconds: Double
        let evaluation: Evaluation
    }

    private func demo(_ fleet: TestFleet, _ options: String...) async throws -> (summary: Summary, report: String) {
        let output = fleet.folder + "/demo"
        try await fleet.run(["demo", "--output", output] + options)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let summary = try decoder.decode(
            Summary.self,
            from: Data(contentsOf: URL(fileURLWithPath: output + "/summary.json"))
        )
        return (summary, try String(contentsOfFile: output + "/report.html", encoding: .utf8))
    }

    // MARK: The simulated world

    @Test func `the simulated demo settles every bet and leaves no result withheld`() async throws {
        try await TestFleet.with { fleet async throws in
            let (summary, report) = try await demo(fleet, "--fast")
            #expect(summary.data == "simulated")
            #expect(summary.bets > 0 && summary.settled == summary.bets && summary.deadLetters == 0)
            #expect(summary.evaluation.logLoss.model < summary.evaluation.logLoss.uniform)
            #expect(summary.evaluation.staked == 0 || summary.evaluation.clv != nil, "there are prices before the off")
            // Four charts: calibration, CLV, and two of profit and loss.
            #expect(report.components(separatedBy: "<svg").count == 5)
            #expect(report.contains("simulated world"))
            try await expectTables(of: fleet, match: summary)
            // A second demo would mix with the first.
            let refusal = try await fleet.giddyup("demo --fast", expecting: 1)
            #expect(refusal.contains("DATABASE_URL") && refusal.split(separator: "\n").count == 1)
        }
    }

    private func expectTables(of fleet: TestFleet, match summary: Summary) async throws {
        let tables = try await fleet.pool.query(
            """
            SELECT (SELECT count(*) FROM modeling.signals) AS signals,
                   (SELECT count(*) FROM modeling.bets WHERE pnl IS NOT NULL) AS settled,
                   (SELECT count(*) FROM racing.races WHERE prelim) AS withheld,
                   (SELECT count(*) FROM racing.races) AS races
            """
        )[0]
        #expect(try tables.get("signals", as: Int.self) == summary.signals)
        #expect(try tables.get("settled", as: Int.self) == summary.settled)
        #expect(try tables.get("races", as: Int.self) == summary.races)
        #expect(try tables.get("withheld", as: Int.self) == 0)
    }

    // MARK: Hong Kong

    static let data = URL(fileURLWithPath: TestFleet.root + "/../shared/data").standardizedFileURL.path
    static var hasData: Bool { FileManager.default.fileExists(atPath: data + "/hk_races.csv.xz") }

    /// Trains through 2024-07-05 and evaluates 2024-07-06 to 2025-07-16 at the off.
    @Test(.enabled(if: hasData, "no Hong Kong files at ../shared/data"))
    func `the Hong Kong demo stays within limits that a leak would break`() async throws {
        try await TestFleet.withoutWaiting { fleet async throws in
            let (summary, _) = try await demo(fleet, "--data", Self.data, "--speed", "3600")
            #expect(summary.data == "Hong Kong" && summary.races == 7821 && summary.runners == 96_881)
            #expect(summary.deadLetters == 0 && summary.settled == summary.bets && summary.bets > 0)
            try expectHonestPrices(summary.evaluation)
            try await expectOneSignalPerStarter(fleet)
        }
    }

    /// The limits hold for other seeds too.
    private func expectHonestPrices(_ evaluation: Summary.Evaluation) throws {
        let loss = evaluation.logLoss
        #expect(evaluation.races == 877)
        #expect(abs(loss.uniform - 2.4925) < 0.0001 && abs(loss.market - 1.9869) < 0.001)
        #expect(loss.model <= 2.145 && loss.model > 2.13, "model alone: \(loss.model)")
        #expect(evaluation.blendGain > -0.004 && evaluation.blendGain < 0.02)
        #expect(evaluation.ece < 0.02)
        let blend = try #require(evaluation.blend.first)
        #expect(evaluation.blend.count == 1 && blend.races > 1000)
        #expect(blend.bError > 0 && blend.unconstrainedAError > 0 && blend.a >= 0 && abs(blend.b - 1) < 0.2)
        #expect(evaluation.clv == nil, "the only price is the closing price, so CLV is not measurable")
    }

    private func expectOneSignalPerStarter(_ fleet: TestFleet) async throws {
        let check = try await fleet.pool.query(
            """
            WITH starters AS (
                SELECT u.race_id, u.horse_id, (r.race_date + r.off_time) AT TIME ZONE 'Asia/Hong_Kong' AS off
                  FROM racing.runners u JOIN racing.races r USING (race_id, race_date)
                 WHERE u.race_date BETWEEN '2024-07-06' AND '2025-07-16' AND u.pos_raw <> 'NR'),
            matched AS (
                SELECT x.*, s.p_win, s.n FROM starters x LEFT JOIN LATERAL (
                    SELECT min(p_win) AS p_win, count(*) AS n FROM modeling.signals s
                     WHERE (s.race_id, s.horse_id, s.as_of) = (x.race_id, x.horse_id, x.off)) s ON true)
            SELECT (SELECT count(*) FROM matched) AS starters,
                   (SELECT count(*) FROM matched WHERE n <> 1) AS wrong,
                   (SELECT count(DISTINCT race_id) FROM matched) AS races,
                   (SELECT max(abs(total - 1))
                      FROM (SELECT sum(p_win) AS total FROM matched GROUP BY race_id) t) AS deviation,
                   (SELECT count(*) FROM modeling.bets WHERE clv IS NOT NULL) AS clv,
                   (SELECT count(*) FROM modeling.signals s WHERE NOT EXISTS (
                        SELECT FROM starters x WHERE (x.race_id, x.horse_id) = (s.race_id, s.horse_id))) AS strangers
            """
        )[0]
        #expect(try check.get("starters", as: Int.self) == 10_713 && check.get("races", as: Int.self) == 877)
        #expect(try check.get("wrong", as: Int.self) == 0, "every starter has one signal as of its off")
        #expect(try check.get("strangers", as: Int.self) == 0, "a horse that did not start has no signal")
        #expect(try check.get("deviation", as: Double.self) < 1e-9, "the probabilities of a race sum to 1")
        #expect(try check.get("clv", as: Int.self) == 0)
    }
}
