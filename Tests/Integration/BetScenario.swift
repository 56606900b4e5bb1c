import Foundation
import Kafka
import Messages
import Postgres
import Servers

/// A race of the simulated season, and the messages about it.
struct BetScenario {
    let fleet: TestFleet
    let producer: KafkaProducer
    let raceID: Int64
    let raceDay: String
    /// Days since 1970-01-01.
    let dayNumber: Int32
    /// Microseconds since 1970-01-01.
    let off: Int64
    /// The starters, at least eight.
    let horses: [Int64]

    var winner: Int64 { horses[0] }
    var second: Int64 { horses[1] }
    var withdrawn: Int64 { horses[horses.count - 1] }

    init(_ fleet: TestFleet) async throws {
        self.fleet = fleet
        producer = try KafkaProducer(await Servers.stack.kafkaProperties)
        let race = try await fleet.pool.query(
            """
            SELECT r.race_id, r.race_date::text AS day, (r.race_date - '1970-01-01'::date) AS number,
                   (extract(epoch FROM (r.race_date + r.off_time) AT TIME ZONE 'Europe/London') * 1000000)::bigint
                       AS off
              FROM racing.races r
             WHERE (SELECT count(*) FROM racing.runners u WHERE u.race_id = r.race_id AND u.pos_raw <> 'NR') >= 8
             ORDER BY r.race_date DESC, r.race_id LIMIT 1
            """
        )[0]
        raceID = try race.get("race_id")
        raceDay = try race.get("day")
        dayNumber = Int32(try race.get("number", as: Int.self))
        off = try race.get("off")
        horses = try await fleet.pool.query(
            "SELECT horse_id FROM racing.runners WHERE race_id = $1 AND pos_raw <> 'NR' ORDER BY runner_id",
            [.int(Int(raceID))]
        ).map { try $0.get("horse_id") }
    }

    func produce(_ messages: any Contract...) async throws {
        _ = try await producer.send(try messages.map { try $0.record(prefix: fleet.prefix) })
    }

    /// A win bet of 2 units at 5.0.
    func placement(
        _ ref: String,
        horse: Int64,
        minutesBeforeOff: Int64 = 60,
        source: String = "shop"
    ) -> BetPlacement {
        var bet = BetPlacement()
        bet.betRef = ref
        bet.at = off - minutesBeforeOff * 60_000_000
        bet.raceID = raceID
        bet.raceDay = dayNumber
        bet.horseID = horse
        bet.side = "win"
        bet.odds = 5
        bet.stake = 2
        bet.source = source
        return bet
    }

    /// The horses finish in the given order. The last one is withdrawn.
    func settlement(_ order: [Int64], revision: UInt32) -> RaceSettlement {
        var settlement = RaceSettlement()
        settlement.raceID = raceID
        settlement.raceDay = dayNumber
        settlement.off = off
        settlement.revision = revision
        settlement.runners = order.enumerated().map { index, horse in
            var result = RunnerResult()
            result.horseID = horse
            result.withdrawn = index == order.count - 1
            result.position = result.withdrawn ? 0 : UInt32(index + 1)
            if !result.withdrawn { result.bsp = 4 }
            return result
        }
        return settlement
    }

    /// Records the withdrawal, half an hour before the off, of the last horse.
    ///
    /// - Parameter reduction: the option that states the reduction, such as `"--rule4 0.25"`.
    func recordWithdrawal(_ reduction: String) async throws {
        let at = Date(timeIntervalSince1970: Double(off) / 1e6 - 1800).formatted(.iso8601)
        try await fleet.giddyup(
            "withdrawal --race \(raceID) --day \(raceDay) --horse \(withdrawn) --at \(at) \(reduction)"
        )
    }

    /// Profit by bet reference. `nil` if unsettled.
    func profits() async throws -> [String: Double?] {
        let rows = try await fleet.pool.query("SELECT bet_ref, pnl FROM modeling.bets")
        return Dictionary(
            uniqueKeysWithValues: try rows.map {
                (try $0.get("bet_ref", as: String.self), try $0.find("pnl", as: Double.self))
            }
        )
    }

    /// The profits at which the bet `first` was settled, oldest first.
    func settlementsOfFirst() async throws -> [Double] {
        try await fleet.pool.query(
            """
            SELECT s.pnl FROM modeling.bet_settlements s JOIN modeling.bets b USING (bet_id)
             WHERE b.bet_ref = 'first' ORDER BY settlement_id
            """
        ).map { try $0.get("pnl") }
    }
}
