import DevStack
import Foundation
import Postgres
import Servers
import Testing

@Suite struct RaceDayTests {
    /// A day on a fast clock, through every worker: requests, signals, a bet, results, its settlement. Two schedulers side by side.
    @Test func aRaceDayIsScoredBetAndSettled() async throws {
        try await TestFleet.with { fleet in
            try await fleet.prepare()
            let race = try await fleet.pool.query(
                """
                SELECT r.race_id, r.race_date::text AS day, u.horse_id, u.win_bsp, u.win_flag,
                       (SELECT count(*) FROM racing.runners o WHERE o.race_id = r.race_id AND o.pos_num = 1) AS winners
                  FROM racing.races r JOIN racing.runners u USING (race_id, race_date)
                 WHERE r.race_date > '2025-10-01' AND u.pos_raw = '1'
                   -- one withdrawn before the first signals could not be told from one withdrawn after the bet
                   AND NOT EXISTS (SELECT FROM racing.runners n WHERE n.race_id = r.race_id AND n.pos_raw = 'NR')
                 ORDER BY r.race_date, r.race_id LIMIT 1
                """)[0]
            let (id, day, horse): (Int64, String, Int64) = (try race.get("race_id"), try race.get("day"), try race.get("horse_id"))
            // one runner of another race that day has no price before the off
            let unpriced = try await fleet.pool.query(
                """
                SELECT u.race_id, u.runner_id FROM racing.runners u
                 WHERE u.race_date = $1::text::date AND u.race_id <> $2 AND u.pos_raw <> 'NR' ORDER BY u.race_id, u.runner_id LIMIT 1
                """, [.text(day), .int(Int(id))])[0]
            let (other, alone): (Int64, Int64) = (try unpriced.get("race_id"), try unpriced.get("runner_id"))
            try await fleet.pool.query("DELETE FROM racing.live_prices WHERE runner_id = $1", [.int(Int(alone))])
            try await fleet.pool.query("UPDATE racing.runners SET win_morningwap = NULL WHERE runner_id = $1", [.int(Int(alone))])
            var environment = fleet.environment
            environment["CLOCK_START"] = "\(day)T12:00:00Z"
            environment["CLOCK_ORIGIN"] = Date().addingTimeInterval(2).formatted(.iso8601)
            environment["CLOCK_SPEED"] = "900"
            let clocked = TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder)
            var workers = try ["feature-builder", "scorer", "publisher", "clv-tracker"].map { try fleet.start($0) }
            workers += try [clocked.start("scheduler"), clocked.start("scheduler")]
            let place = [
                "bet", "--race", "\(id)", "--day", day, "--horse", "\(horse)", "--odds", "4.5", "--stake", "2", "--ref", "test", "--at",
                "\(day)T10:00:00Z",
            ]
            for _ in 0..<2 { try await fleet.giddyup(place) }
            try await fleet.wait(seconds: 120) {
                try await fleet.pool.query("SELECT 1 FROM modeling.bets WHERE bet_ref = 'test' AND pnl IS NOT NULL").count == 1
            }
            let bet = try await fleet.pool.query("SELECT pnl, clv, clv_close_odds, clv_close_src FROM modeling.bets")
            #expect(bet.count == 1, "the same bet twice is one bet")
            #expect(try bet[0].get("pnl") == 2 * 3.5 && race.get("winners", as: Int.self) == 1)
            #expect(try bet[0].get("clv_close_odds", as: Double.self) == race.get("win_bsp"))
            #expect(try bet[0].get("clv_close_src") == "bsp")
            // every tick of every race of the day has one signal for every starter, and live prices were seen
            try await fleet.wait(seconds: 120) {
                try await fleet.pool.query(
                    "SELECT 1 FROM modeling.ticks WHERE (race_id, as_of) NOT IN (SELECT race_id, as_of FROM modeling.signals) LIMIT 1"
                ).isEmpty
            }
            let check = try await fleet.pool.query(
                """
                SELECT count(DISTINCT race_id) AS races, count(*) FILTER (WHERE best_odds_win IS NOT NULL) AS priced, max(abs(total - 1)) AS off
                  FROM (SELECT *, sum(p_win) OVER (PARTITION BY race_id, as_of, model_id) AS total FROM modeling.signals WHERE origin = 'live') s
                """)[0]
            #expect(try check.get("races", as: Int.self) >= 1)
            #expect(try check.get("priced", as: Int.self) > 0)
            #expect(try check.get("off", as: Double.self) < 1e-9)
            let unblended = try await fleet.pool.query(
                """
                SELECT count(*) FILTER (WHERE best_odds_win IS NOT NULL AND edge_win > 0.1 AND kelly_fraction > 0) AS tempting,
                       count(*) FILTER (WHERE stake_units > 0) AS staked, count(*) FILTER (WHERE blended) AS blended
                  FROM modeling.signals WHERE race_id = $1
                """, [.int(Int(other))])[0]
            #expect(try unblended.get("blended", as: Int.self) == 0 && unblended.get("tempting", as: Int.self) > 0)
            #expect(try unblended.get("staked", as: Int.self) == 0, "the model alone is not bet on")
            for worker in workers {
                let status = await worker.stop()
                #expect(status == 0, "\(worker.name) ended with \(status): \(fleet.log(worker.name).suffix(1500))")
            }
        }
    }
}
