import ChildProcesses
import Foundation
import FoundationNetworking
import ModelingStore
import Postgres
import Racing
import Testing

@Suite(.timeLimit(.minutes(20))) struct RaceDayTests {
    /// Two schedulers run side by side on a fast clock.
    @Test func `a race day passes through every worker, from requests to the settlement of a bet`()
        async throws
    {
        try await TestFleet.with(.trained) { fleet async throws in
            let winner = try await findWinner(fleet)
            let raceWithoutPrice = try await removeAPrice(fleet, on: winner.day, except: winner.raceID)
            let workers = try startWorkers(fleet, on: winner.day)
            try await placeTheSameBetTwice(fleet, on: winner)
            try await expectSettlement(fleet, winner)
            try await expectSignalsForEveryTick(fleet)
            try await expectNoStake(fleet, race: raceWithoutPrice)
            try await expectDrift(fleet, on: winner.day)
            try await expectBoard(fleet, winner)
            for worker in workers {
                let status = await worker.stop()
                #expect(status == 0, "\(worker.name) exited with \(status): \(fleet.log(worker.name).suffix(1500))")
            }
        }
    }

    private struct Drift: Decodable {
        let races, rows, columns, drifted: Int
        let details: [Column]

        struct Column: Decodable {
            let name, kind: String
            let drifted: Bool
        }
    }

    /// A trainer takes up what a scheduler requested, and the command measures the same.
    private func expectDrift(_ fleet: TestFleet, on day: String) async throws {
        let due = try #require(Instant("\(day)T06:00:00Z")?.advanced(bySeconds: 86_400))
        let models = try await fleet.pool.query("SELECT model_id FROM modeling.models WHERE stage = 'production'")
        let model: Int64 = try #require(models.first).get("model_id")
        try await fleet.pool.withConnection { connection in
            for _ in 0..<2 {
                try await ScheduledJobStore.requestDrift(
                    modelID: model,
                    through: try #require(CalendarDay(day)),
                    days: 1,
                    dueAt: due,
                    connection
                )
            }
        }
        let trainer = try fleet.start("trainer")
        try await fleet.wait(seconds: 120) {
            try await fleet.pool.query("SELECT FROM modeling.drift_runs").count == 1
        }
        #expect(await trainer.stop() == 0)
        let report = try await fleet.json([Drift].self, "report drift")
        let measured = try #require(report.first)
        let served = try await fleet.pool.query(
            """
            SELECT count(DISTINCT s.race_id) AS races, count(*) AS rows FROM modeling.latest_signals n
              JOIN modeling.signals s USING (race_id, model_id, as_of) WHERE n.race_date = $1::text::date
            """,
            [.text(day)]
        )[0]
        #expect(try measured.races == served.get("races") && measured.rows == served.get("rows"))
        let again = try await fleet.json(Drift.self, "drift hrd_win_prob --from \(day) --to \(day)")
        #expect(again.drifted == measured.drifted && again.columns == measured.columns && again.columns > 100)
        #expect(Set(again.details.filter(\.drifted).map(\.name)).count == again.drifted)
        // A day of a few races is no year: at least one feature of the date has drifted.
        #expect(again.drifted > 0)
    }

    /// The pages show the day by the fleet's clock.
    private func expectBoard(_ fleet: TestFleet, _ winner: Winner) async throws {
        let clock = [
            "CLOCK_START": "\(winner.day)T12:00:00Z", "CLOCK_ORIGIN": "\(Instant(Date()))", "CLOCK_SPEED": "1",
            "BOARD_PORT": "0",
        ]
        let board = try fleet.setting(clock).start("board")
        try await fleet.wait { fleet.log("board").contains("the board is at http://") }
        let match = try #require(fleet.log("board").firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/))
        let address = String(match.output)
        func page(_ path: String, expecting status: Int = 200) async throws -> String {
            let (data, response) = try await URLSession.shared.data(from: try #require(URL(string: address + path)))
            #expect((response as? HTTPURLResponse)?.statusCode == status, "\(path)")
            return String(decoding: data, as: UTF8.self)
        }
        let race = "/race/\(winner.day)/\(winner.raceID)"
        #expect(try await page("/").contains("href=\"\(race)\""))
        #expect(try await page(race).contains("<table class=\"card\">"))
        #expect(try await page("/fleet").contains("race.features"))
        #expect(try await page("/record").contains("Mean CLV"))
        #expect(try await page("/drift").contains("columns have drifted"))
        #expect(try await page("/race/\(winner.day)/1", expecting: 404).contains("There is no page"))
        #expect(try await page("/%3Cscript%3E", expecting: 404).contains("&lt;script&gt;"))
        #expect(try await firstEvent(address + "/events?path=/fleet").hasPrefix("data: \"<p"))
        #expect(await board.stop() == 0)
    }

    /// The start of a stream that does not end.
    private func firstEvent(_ address: String) async throws -> String {
        let first = FirstData()
        let session = URLSession(configuration: .ephemeral, delegate: first, delegateQueue: nil)
        session.dataTask(with: try #require(URL(string: address))).resume()
        defer { session.invalidateAndCancel() }
        for await data in first.stream { return String(decoding: data, as: UTF8.self) }
        return ""
    }

    private final class FirstData: NSObject, URLSessionDataDelegate {
        let stream: AsyncStream<Data>
        private let continuation: AsyncStream<Data>.Continuation

        override init() { (stream, continuation) = AsyncStream.makeStream() }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
            continuation.yield(data)
        }

        func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
            continuation.finish()
        }
    }

    private struct Winner {
        let raceID: Int64
        let day: String
        let horseID: Int64
        let bsp: Double
    }

    /// The winner of the first race after 2025-10-01 without a non-runner: the replay does not know whether a
    /// non-runner was withdrawn before the first signals or after the bet.
    private func findWinner(_ fleet: TestFleet) async throws -> Winner {
        let race = try await fleet.pool.query(
            """
            SELECT r.race_id, r.race_date::text AS day, u.horse_id, u.win_bsp,
                   (SELECT count(*) FROM racing.runners o WHERE o.race_id = r.race_id AND o.pos_num = 1) AS winners
              FROM racing.races r JOIN racing.runners u USING (race_id, race_date)
             WHERE r.race_date > '2025-10-01' AND u.pos_raw = '1'
               AND NOT EXISTS (SELECT FROM racing.runners n WHERE n.race_id = r.race_id AND n.pos_raw = 'NR')
             ORDER BY r.race_date, r.race_id LIMIT 1
            """
        )[0]
        #expect(try race.get("winners", as: Int.self) == 1)
        return Winner(
            raceID: try race.get("race_id"),
            day: try race.get("day"),
            horseID: try race.get("horse_id"),
            bsp: try race.get("win_bsp")
        )
    }

    /// Removes the prices before the off of one runner of another race.
    ///
    /// - Returns: the other race.
    private func removeAPrice(_ fleet: TestFleet, on day: String, except raceID: Int64) async throws -> Int64 {
        let runner = try await fleet.pool.query(
            """
            SELECT u.race_id, u.runner_id FROM racing.runners u
             WHERE u.race_date = $1::text::date AND u.race_id <> $2 AND u.pos_raw <> 'NR'
             ORDER BY u.race_id, u.runner_id LIMIT 1
            """,
            [.text(day), .int(Int(raceID))]
        )[0]
        let runnerID = try runner.get("runner_id", as: Int64.self)
        try await fleet.pool.query("DELETE FROM racing.live_prices WHERE runner_id = $1", [.int(Int(runnerID))])
        try await fleet.pool.query(
            "UPDATE racing.runners SET win_morningwap = NULL WHERE runner_id = $1",
            [.int(Int(runnerID))]
        )
        return try runner.get("race_id")
    }

    private func startWorkers(_ fleet: TestFleet, on day: String) throws -> [ChildProcess] {
        let clock = [
            "CLOCK_START": "\(day)T12:00:00Z",
            "CLOCK_ORIGIN": Date().addingTimeInterval(2).formatted(.iso8601),
            "CLOCK_SPEED": "900",
        ]
        // Their admin servers must not turn a stop into a failure.
        let fleet = fleet.setting(["ADMIN_PORT": "0"])
        let workers = try ["feature-builder", "scorer", "publisher", "clv-tracker"].map { try fleet.start($0) }
        let schedulers = try (0..<2).map { _ in try fleet.setting(clock).start("scheduler") }
        return workers + schedulers
    }

    private func placeTheSameBetTwice(_ fleet: TestFleet, on winner: Winner) async throws {
        for _ in 0..<2 {
            try await fleet.giddyup(
                "bet --race \(winner.raceID) --day \(winner.day) --horse \(winner.horseID) --odds 4.5 --stake 2 "
                    + "--ref test --at \(winner.day)T10:00:00Z"
            )
        }
    }

    private func expectSettlement(_ fleet: TestFleet, _ winner: Winner) async throws {
        try await fleet.wait(seconds: 120) {
            let settled = "SELECT FROM modeling.bets WHERE bet_ref = 'test' AND pnl IS NOT NULL"
            return try await fleet.pool.query(settled).count == 1
        }
        let bets = try await fleet.pool.query("SELECT pnl, clv_close_odds, clv_close_src FROM modeling.bets")
        #expect(bets.count == 1, "the same bet twice is one bet")
        #expect(try bets[0].get("pnl") == 2 * 3.5)
        #expect(try bets[0].get("clv_close_odds", as: Double.self) == winner.bsp)
        #expect(try bets[0].get("clv_close_src") == "bsp")
    }

    private func expectSignalsForEveryTick(_ fleet: TestFleet) async throws {
        try await fleet.wait(seconds: 120) {
            try await fleet.pool.query(
                """
                SELECT FROM modeling.ticks WHERE (race_id, as_of) NOT IN (SELECT race_id, as_of FROM modeling.signals)
                 LIMIT 1
                """
            ).isEmpty
        }
        let signals = try await fleet.pool.query(
            """
            SELECT count(DISTINCT race_id) AS races, count(*) FILTER (WHERE best_odds_win IS NOT NULL) AS priced,
                   max(abs(total - 1)) AS deviation
              FROM (SELECT *, sum(p_win) OVER (PARTITION BY race_id, as_of, model_id) AS total
                      FROM modeling.signals WHERE origin = 'live') s
            """
        )[0]
        #expect(try signals.get("races", as: Int.self) >= 1)
        #expect(try signals.get("priced", as: Int.self) > 0)
        #expect(try signals.get("deviation", as: Double.self) < 1e-9, "the probabilities of a race sum to 1")
    }

    /// Without a price for every runner there is no blend, and the model alone is not bet on.
    private func expectNoStake(_ fleet: TestFleet, race raceID: Int64) async throws {
        let signals = try await fleet.pool.query(
            """
            SELECT count(*) FILTER (WHERE best_odds_win IS NOT NULL AND edge_win > 0.1 AND kelly_fraction > 0)
                       AS with_edge,
                   count(*) FILTER (WHERE stake_units > 0) AS staked, count(*) FILTER (WHERE blended) AS blended
              FROM modeling.signals WHERE race_id = $1
            """,
            [.int(Int(raceID))]
        )[0]
        #expect(try signals.get("blended", as: Int.self) == 0 && signals.get("with_edge", as: Int.self) > 0)
        #expect(try signals.get("staked", as: Int.self) == 0)
    }
}
