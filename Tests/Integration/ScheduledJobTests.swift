import Foundation
import Messages
import ModelingStore
import Postgres
import Racing
import Testing

/// What schedulers do at fixed times beside the ticks.
@Suite(.timeLimit(.minutes(20))) struct ScheduledJobTests {
    @Test func `of two schedulers, one requests the refit and deletes old rows`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await insertOldTicks(fleet)
            // 05:30 in Madrid on the first day of a quarter.
            let clock = [
                "CLOCK_START": "2026-01-01T04:30:00Z", "CLOCK_ORIGIN": "\(Instant(Date()))", "CLOCK_SPEED": "1",
            ]
            let workers = try (0..<2).map { _ in try fleet.setting(clock).start("scheduler") }
            try await fleet.wait {
                try await fleet.pool.query("SELECT FROM modeling.scheduled_jobs WHERE done_at IS NOT NULL").count == 2
            }
            for worker in workers { #expect(await worker.stop() == 0) }

            let requests = try await fleet.messages("training.requests")
            // The template's own request is on another topic prefix.
            #expect(requests.count == 1)
            let request = try TrainingRequest(serializedBytes: try #require(requests.first?.value))
            #expect(request.name == "hrd_win_prob" && request.version == "2" && request.refitOf == "1")
            #expect(CalendarDay(request.toDay) == CalendarDay("2025-12-31") && !request.promote)

            let left = try await fleet.pool.query(
                "SELECT race_date FROM modeling.ticks WHERE race_date < '2025-12-01' ORDER BY 1"
            )
            #expect(try left.map { CalendarDay(try $0.get("race_date", as: PostgresDate.self)) } == [Self.recent])
        }
    }

    private static let recent = CalendarDay("2025-10-03") ?? CalendarDay(0)

    /// Ticks 91 and 90 days before the clock's day.
    private func insertOldTicks(_ fleet: TestFleet) async throws {
        for (race, day) in [(1, Self.recent.advanced(by: -1)), (2, Self.recent)] {
            try await fleet.pool.query(
                """
                INSERT INTO modeling.ticks (race_id, as_of, race_date, models, skipped_at)
                VALUES ($1, $2::date, $2::date, '[]', now())
                """,
                [.int(race), .date(day.postgres)]
            )
        }
    }

    @Test func `a job is claimed once, and again only after a failure`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            try await fleet.pool.withConnection { connection in
                let due = Instant(microseconds: 1_000_000)
                func claim() async throws -> Instant? {
                    try await ScheduledJobStore.claim("refit hrd_win_prob", dueAt: due, connection)
                }
                let claimed = try #require(try await claim())
                #expect(try await claim() == nil)
                func versions() async throws -> ScheduledJobStore.Refit? {
                    try await ScheduledJobStore.refit(
                        "hrd_win_prob",
                        job: "refit hrd_win_prob",
                        dueAt: due,
                        connection
                    )
                }
                let first = try await versions()
                #expect(first?.version == "2" && first?.parent == "1")
                try await connection.query(
                    "INSERT INTO modeling.models (name, version, stage, metrics_json) "
                        + "VALUES ('hrd_win_prob', '2', 'staging', '{}')"
                )
                func release(_ claim: Instant) async throws {
                    try await ScheduledJobStore.release("refit hrd_win_prob", dueAt: due, claimedAt: claim, connection)
                }
                try await release(claimed.advanced(bySeconds: -1))
                #expect(try await claim() == nil, "the claim of another scheduler stays")
                try await release(claimed)
                #expect(try await claim() != nil)
                #expect(try await versions() == first, "the same request again")
                try await ScheduledJobStore.markDone("refit hrd_win_prob", dueAt: due, connection)
                #expect(try await claim() == nil)
            }
        }
    }
}
