import Foundation
import Kafka
import Messages
import Postgres
import Servers
import Testing

/// Bets through the topics: what is refused, late withdrawals, corrected results, and what is kept of it.
@Suite struct BetTests {
    private struct Race {
        let id: Int64
        let day: String
        let number: Int32
        let off: Int64
        let horses: [Int64]
    }

    private func race(_ fleet: TestFleet) async throws -> Race {
        let row = try await fleet.pool.query(
            """
            SELECT r.race_id, r.race_date::text AS day, (r.race_date - '1970-01-01'::date) AS number,
                   (extract(epoch FROM (r.race_date + r.off_time) AT TIME ZONE 'Europe/London') * 1000000)::bigint AS off
              FROM racing.races r WHERE (SELECT count(*) FROM racing.runners u WHERE u.race_id = r.race_id AND u.pos_raw <> 'NR') >= 8
             ORDER BY r.race_date DESC, r.race_id LIMIT 1
            """)[0]
        let id: Int64 = try row.get("race_id")
        let horses: [Int64] = try await fleet.pool.query(
            "SELECT horse_id FROM racing.runners WHERE race_id = $1 AND pos_raw <> 'NR' ORDER BY runner_id", [.int(Int(id))]
        ).map { try $0.get("horse_id") }
        return Race(id: id, day: try row.get("day"), number: Int32(try row.get("number", as: Int.self)), off: try row.get("off"), horses: horses)
    }

    private func placement(_ race: Race, _ ref: String, horse: Int64, minutes: Int64 = 60, source: String = "shop", side: String = "win")
        -> BetPlacement
    {
        var bet = BetPlacement()
        (bet.betRef, bet.at, bet.raceID, bet.raceDay, bet.horseID) = (ref, race.off - minutes * 60_000_000, race.id, race.number, horse)
        (bet.side, bet.odds, bet.stake, bet.source) = (side, 5, 2, source)
        return bet
    }

    /// The horses finish in the order given; the last one is withdrawn.
    private func settlement(_ race: Race, _ order: [Int64], revision: UInt32) -> RaceSettlement {
        var settlement = RaceSettlement()
        (settlement.raceID, settlement.raceDay, settlement.off, settlement.revision) = (race.id, race.number, race.off, revision)
        settlement.runners = order.enumerated().map { index, horse in
            var result = RunnerResult()
            (result.horseID, result.position, result.withdrawn) = (horse, index == order.count - 1 ? 0 : UInt32(index + 1), index == order.count - 1)
            if !result.withdrawn { result.bsp = 4 }
            return result
        }
        return settlement
    }

    @Test func betsAreCheckedSettledReducedAndSettledAgain() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            try await fleet.giddyup("topics", "apply")
            try await fleet.giddyup("simulate", "--small", "--seasons", "1", "--seed", "3")
            let race = try await race(fleet)
            let (winner, second, gone) = (race.horses[0], race.horses[1], race.horses[race.horses.count - 1])
            let producer = try KafkaProducer(await Servers.stack.kafkaProperties)
            func send(_ messages: any Contract...) async throws {
                _ = try await producer.send(try messages.map { try $0.record(prefix: fleet.prefix) })
            }
            func profits() async throws -> [String: Double?] {
                Dictionary(
                    uniqueKeysWithValues: try await fleet.pool.query("SELECT bet_ref, pnl FROM modeling.bets").map {
                        (try $0.get("bet_ref", as: String.self), try $0.find("pnl", as: Double.self))
                    })
            }
            // one tracker for the bets and one beside it: they take the partitions between them
            let trackers = try (0..<2).map { _ in try fleet.start("clv-tracker") }
            var late = placement(race, "late", horse: winner)
            late.at = race.off + 1
            try await send(
                placement(race, "first", horse: winner), placement(race, "loser", horse: second), placement(race, "void", horse: gone), late,
                placement(race, "stranger", horse: 999_999_999), placement(race, "known", horse: winner, minutes: 1))
            try await fleet.wait { try await profits().count == 4 }
            var letters: [String] = []
            try await fleet.wait {
                letters = try await fleet.messages("dead.letters", partitions: 12).flatMap(\.headers).compactMap { header in
                    header.value.map { String(decoding: $0, as: UTF8.self) }
                }
                return letters.contains { $0.contains("bet late was struck after the off") }
                    && letters.contains { $0.contains("does not run in race") }
            }

            // the runner was withdrawn half an hour before the off, and by how much that reduces the others was told at a bookmaker's only
            try await fleet.giddyup(
                "withdrawal", "--race", "\(race.id)", "--day", race.day, "--horse", "\(gone)", "--at",
                Date(timeIntervalSince1970: Double(race.off) / 1e6 - 1800).formatted(.iso8601), "--rule4", "0.25")
            try await fleet.wait { try await fleet.pool.query("SELECT FROM modeling.withdrawals").count == 1 }
            try await send(settlement(race, race.horses, revision: 1))
            try await fleet.wait { try await profits().values.allSatisfy { $0 != nil } }
            // 4 to 1 less a quarter; the bet of a minute before the off was struck without it
            #expect(try await profits() == ["first": 6, "loser": -2, "void": 0, "known": 8])

            // a bet heard of after the result, on an exchange whose factor is not known yet
            try await send(placement(race, "exchange", horse: winner, source: "betfair"))
            try await fleet.wait { try await profits().count == 5 }
            let waiting = try await fleet.pool.query("SELECT pnl, unsettled_reason FROM modeling.bets WHERE bet_ref = 'exchange'")[0]
            #expect(try waiting.find("pnl", as: Double.self) == nil && waiting.get("unsettled_reason", as: String.self).contains("reduction factor"))
            try await fleet.giddyup(
                "withdrawal", "--race", "\(race.id)", "--day", race.day, "--horse", "\(gone)", "--at",
                Date(timeIntervalSince1970: Double(race.off) / 1e6 - 1800).formatted(.iso8601), "--factor", "0.2")
            try await fleet.wait { try await profits()["exchange"] != .some(nil) }
            // 5.0 less a fifth is 4.0, and two per cent of what is won; what the first message said of Rule 4 stands
            let exchange = try #require(try await profits()["exchange"] ?? nil)
            #expect(abs(exchange - 6 * 0.98) < 1e-9)

            // the winner is thrown out: the corrected result settles everything again, and the history has both
            try await send(settlement(race, [second, winner] + race.horses.dropFirst(2), revision: 2))
            try await fleet.wait { try await profits()["loser"] == 6 }
            try await fleet.wait { try await profits()["first"] == -2 }
            let history: [Double] = try await fleet.pool.query(
                "SELECT s.pnl FROM modeling.bet_settlements s JOIN modeling.bets b USING (bet_id) WHERE b.bet_ref = 'first' ORDER BY settlement_id"
            ).map { try $0.get("pnl") }
            #expect(history.first == 6 && history.last == -2)
            // the same again changes nothing
            try await send(
                settlement(race, [second, winner] + race.horses.dropFirst(2), revision: 2), placement(race, "last", horse: second, minutes: 1))
            try await fleet.wait { try await profits()["last"] == 8 }
            #expect(
                try await fleet.pool.query("SELECT FROM modeling.bet_settlements s JOIN modeling.bets b USING (bet_id) WHERE b.bet_ref = 'first'")
                    .count == history.count)
            for tracker in trackers { #expect(await tracker.stop() == 0) }
        }
    }
}
