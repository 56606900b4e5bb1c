import Foundation
import Messages
import Postgres
import Racing
import RacingStore
import Testing

/// What a scheduler does about the ticks that became due while none was running.
@Suite(.timeLimit(.minutes(20))) struct SchedulerOutageTests {
    private struct Row: Equatable {
        let asOf: Instant
        let isEmitted, isSkipped, isExplained: Bool
    }

    private func ticks(_ race: Int64, _ fleet: TestFleet) async throws -> [Row] {
        try await fleet.pool.query(
            """
            SELECT as_of, emitted_at IS NOT NULL AS emitted, skipped_at IS NOT NULL AS skipped, explain
              FROM modeling.ticks WHERE race_id = $1 ORDER BY as_of
            """,
            [.int(race)]
        ).map { row in
            Row(
                asOf: Instant(try row.get("as_of", as: PostgresInstant.self)),
                isEmitted: try row.get("emitted"),
                isSkipped: try row.get("skipped"),
                isExplained: try row.get("explain")
            )
        }
    }

    /// The fleet with a scheduler clock that shows `time` now.
    private func at(_ time: Instant, _ fleet: TestFleet) -> TestFleet {
        fleet.setting(["CLOCK_START": "\(time)", "CLOCK_ORIGIN": "\(Instant(Date()))", "CLOCK_SPEED": "1"])
    }

    @Test func `missed ticks are counted, and each race is refreshed once as of now`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let day = try #require(CalendarDay(year: 2025, month: 12, day: 20))
            let races = try await fleet.pool.withConnection { connection in
                try await RaceCalendar.read(from: day.advanced(by: -3), through: day, connection).races
            }
            let race = try #require(races.last)
            // On a minute without a tick, two hours before the off.
            let before = Instant(microseconds: race.off.microseconds / 600_000_000 * 600_000_000 - 7_200_000_000)
            let first = try at(before, fleet).start("scheduler")
            try await fleet.wait { try await ticks(race.key.raceID, fleet).contains(where: \.isEmitted) }
            #expect(await first.stop() == 0)
            let known = try await ticks(race.key.raceID, fleet)
            #expect(known.first?.isExplained == true)

            let now = before.advanced(bySeconds: 3600 + 300)
            let workers = try [at(now, fleet).start("scheduler"), at(now, fleet).start("scheduler")]
            try await fleet.wait {
                try await ticks(race.key.raceID, fleet).contains { $0.isEmitted && $0.asOf > known[0].asOf }
            }
            for worker in workers { #expect(await worker.stop() == 0) }
            let all = try await ticks(race.key.raceID, fleet)
            let missed = all.filter(\.isSkipped)
            #expect(missed.map(\.asOf) == (1...6).map { before.advanced(bySeconds: Double($0) * 600) })
            #expect(missed.allSatisfy { !$0.isEmitted && !$0.isExplained })
            let refresh = try #require(all.first { $0.asOf > before && $0.isEmitted })
            #expect(refresh.asOf == now)
            #expect(fleet.log("scheduler").contains("were missed"))

            // Two schedulers side by side send the same bytes.
            let messages = try await fleet.messages("race.requests")
            let requests = Dictionary(grouping: messages) { $0.header("ce_id") ?? "" }
            #expect(requests.values.allSatisfy { Set($0.map(\.value)).count == 1 })
            let sent = try Set(messages.map { try RaceRequest(serializedBytes: try #require($0.value)).asOf })
            #expect(sent.isDisjoint(with: missed.map(\.asOf.microseconds)))
        }
    }

    @Test func `a race that is added or moved during the day is scored by its new time`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            let day = try #require(CalendarDay(year: 2025, month: 12, day: 20))
            let races = try await fleet.pool.withConnection { connection in
                try await RaceCalendar.read(from: day.advanced(by: -3), through: day, connection).races
            }
            let race = try #require(races.last)
            let other = try #require(races.last { $0.off < race.off })
            let now = Instant(microseconds: race.off.microseconds / 600_000_000 * 600_000_000 - 3_600_000_000)
            // Moved forward: what was the last hour before the off is the last two minutes now.
            func move(_ race: ScheduledRace, by seconds: Int) async throws {
                try await fleet.pool.query(
                    "UPDATE racing.races SET off_time = off_time + make_interval(secs => $3) "
                        + "WHERE race_id = $1 AND race_date = $2",
                    [.int(race.key.raceID), .date(race.key.day.postgres), .double(Double(seconds))]
                )
            }
            let offset = Int(now.seconds(since: race.off)) + 120
            try await move(race, by: offset)
            // Abandoned: the owner of racing.* has removed it.
            try await fleet.pool.query(
                "DELETE FROM racing.races WHERE race_id = $1 AND race_date = $2",
                [.int(other.key.raceID), .date(other.key.day.postgres)]
            )
            let scheduler = try at(now, fleet).start("scheduler")
            try await fleet.wait { try await ticks(race.key.raceID, fleet).count(where: \.isEmitted) >= 2 }
            #expect(await scheduler.stop() == 0)
            // Every minute in the last fifteen, the two minutes that lateness allows included.
            let emitted = try await ticks(race.key.raceID, fleet).filter(\.isEmitted).map(\.asOf)
            #expect(emitted.contains(now) && emitted.contains(now.advanced(bySeconds: -60)), "\(emitted)")
            #expect(try await ticks(other.key.raceID, fleet).isEmpty)
        }
    }

    @Test func `a scheduler waits for racing.* and says so once`() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.giddyup("migrate")
            try await fleet.giddyup("topics apply")
            let scheduler = try fleet.start("scheduler")
            try await fleet.wait { fleet.log("scheduler").contains("waiting: ") }
            // The simulation takes several rounds of the scheduler.
            try await fleet.giddyup("simulate --small")
            try await fleet.wait { fleet.log("scheduler").contains("the tables can be read now") }
            #expect(fleet.log("scheduler").ranges(of: "waiting: ").count == 1, "\(fleet.log("scheduler"))")
            #expect(!fleet.log("scheduler").contains(" error "))
            #expect(await scheduler.stop() == 0)
        }
    }
}
