import FeatureBuilder
import Features
import Logging
import Postgres
import Racing
import RacingStore
import Servers
import Testing

/// When the form book cache rereads the database.
@Suite(.timeLimit(.minutes(20))) struct FormBookCacheTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs `body` with a database and the last day that has results.
    private func withSeason(_ body: (PostgresPool, CalendarDay) async throws -> Void) async throws {
        try await Servers.withDatabase(.simulated(seed: 3)) { url async throws in
            let pool = PostgresPool(url)
            let last = try #require(try await pool.withConnection { try await FormBookReader.lastDay($0) })
            try await body(pool, last)
        }
    }

    @Test func `reloads after a correction of an earlier day, but not after results of the day`()
        async throws
    {
        try await withSeason { pool, last async throws in
            let cache = FormBookCache(pool, logger: logger, checkEvery: .zero)
            let first = try await cache.current(before: last)
            #expect(first.limit == last && first.book.fingerprint.throughDay < last)
            let digest = first.book.sourceDigest(before: last)
            try await pool.query(
                "UPDATE racing.runners SET ovr_btn = ovr_btn + 1 WHERE race_date = $1",
                [.date(last.postgres)]
            )
            for _ in 0..<20 { _ = try await cache.current(before: last) }
            #expect(try await cache.settled().book.sourceDigest(before: last) == digest)
            #expect(await cache.readings == 1)

            try await pool.query(
                """
                UPDATE racing.runners SET ovr_btn = ovr_btn + 1
                 WHERE race_date = (SELECT max(race_date) FROM racing.races WHERE race_date < $1)
                """,
                [.date(last.postgres)]
            )
            _ = try await cache.current(before: last)
            #expect(try await cache.settled().book.sourceDigest(before: last) != digest)
            #expect(await cache.readings == 2)
        }
    }

    @Test func `concurrent first requests of a day share one read`() async throws {
        try await withSeason { pool, last async throws in
            let cache = FormBookCache(pool, logger: logger)
            #expect(try await cache.current(before: last).book.fingerprint.throughDay < last)
            let days = try await withThrowingTaskGroup(of: CalendarDay.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await cache.current(before: last.advanced(by: 1)).book.fingerprint.throughDay }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(days == Array(repeating: last, count: 8))
            #expect(await cache.readings == 2)
            // The snapshot covers earlier days.
            #expect(try await cache.current(before: last.advanced(by: -30)).limit == last.advanced(by: 1))
            #expect(await cache.readings == 2)
        }
    }

    @Test func `counts races without a result`() async throws {
        try await withSeason { pool, last async throws in
            try await pool.query(
                """
                UPDATE racing.runners SET pos_raw = NULL
                 WHERE race_id = (SELECT min(race_id) FROM racing.races WHERE race_date = $1)
                """,
                [.date(last.postgres)]
            )
            let snapshot = try await FormBookCache(pool, logger: logger).current(before: last.advanced(by: 1))
            let warnings = snapshot.missing.warnings(before: last.advanced(by: 1))
            #expect(warnings.count == 1 && warnings[0].contains("1 of 7 races of \(last)"))
            #expect(snapshot.missing.warnings(before: last).isEmpty, "a race of the day itself is not late")
        }
    }

    @Test func `throws if the database is unreachable`() async throws {
        let cache = FormBookCache(PostgresPool("postgresql://127.0.0.1:1/none?connect_timeout=2"), logger: logger)
        await #expect(throws: PostgresError.self) { try await cache.current(before: CalendarDay(20_000)) }
    }
}
