import Features
import Logging
import Postgres
import Racing
import RacingStore
import Servers
import Simulation
import Testing
import Upstream
import Workers

/// When a worker's form book reads again, and when it does not.
@Suite struct BookKeeperTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withYear(_ body: (PostgresPool, CalendarDay) async throws -> Void) async throws {
        try await Servers.withDatabase { url async throws in
            let pool = PostgresPool(url)
            try await pool.withConnection { connection in
                try await UpstreamSchema.install(TestFleet.root + "/upstream/racing.sql", connection)
                var settings = SimulationSettings()
                (settings.seasons, settings.seed) = (1, 31)
                _ = try await SimulationLoad.load(settings, connection)
            }
            let last = try #require(try await pool.withConnection { try await FormBookReader.lastDay($0) })
            try await body(pool, last)
        }
    }

    @Test func aDaysOwnResultsChangeNothingAndAnEarlierCorrectionDoes() async throws {
        try await withYear { pool, last async throws in
            let books = BookKeeper(pool, logger: logger, checkEvery: .zero)
            let first = try await books.current(before: last)
            #expect(first.limit == last && first.book.fingerprint.throughDay < last)
            let digest = first.book.sourceDigest(before: last)
            // results come in on the day itself
            try await pool.query("UPDATE racing.runners SET ovr_btn = ovr_btn + 1 WHERE race_date = $1", [.date(last.postgres)])
            for _ in 0..<20 { _ = try await books.current(before: last) }
            #expect(try await books.settled().book.sourceDigest(before: last) == digest)
            #expect(await books.readings == 1)
            // a correction of the meeting before is in the book some seconds later, without a restart
            try await pool.query(
                "UPDATE racing.runners SET ovr_btn = ovr_btn + 1 WHERE race_date = (SELECT max(race_date) FROM racing.races WHERE race_date < $1)",
                [.date(last.postgres)])
            _ = try await books.current(before: last)
            #expect(try await books.settled().book.sourceDigest(before: last) != digest)
            #expect(await books.readings == 2)
        }
    }

    @Test func theFirstRequestOfADayWaitsForTheDayBefore() async throws {
        try await withYear { pool, last async throws in
            let books = BookKeeper(pool, logger: logger)
            #expect(try await books.current(before: last).book.fingerprint.throughDay < last)
            // many at once read once
            let days = try await withThrowingTaskGroup(of: CalendarDay.self) { group in
                for _ in 0..<8 { group.addTask { try await books.current(before: last.advanced(by: 1)).book.fingerprint.throughDay } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(days == Array(repeating: last, count: 8))
            #expect(await books.readings == 2)
            // an earlier day needs nothing more
            #expect(try await books.current(before: last.advanced(by: -30)).limit == last.advanced(by: 1))
            #expect(await books.readings == 2)
        }
    }

    @Test func racesWithoutAResultAreCounted() async throws {
        try await withYear { pool, last async throws in
            try await pool.query(
                "UPDATE racing.runners SET pos_raw = NULL WHERE race_id = (SELECT min(race_id) FROM racing.races WHERE race_date = $1)",
                [.date(last.postgres)])
            let shelf = try await BookKeeper(pool, logger: logger).current(before: last.advanced(by: 1))
            let warnings = shelf.missing.warnings(before: last.advanced(by: 1))
            #expect(warnings.count == 1 && warnings[0].hasPrefix("1 of 7 races of \(last)"))
            #expect(shelf.missing.warnings(before: last).isEmpty, "a race of the day itself is not late")
        }
    }

    @Test func aDatabaseThatIsGoneIsAnErrorAndNotAnEmptyBook() async throws {
        let books = BookKeeper(PostgresPool("postgresql://127.0.0.1:1/none?connect_timeout=2"), logger: logger)
        await #expect(throws: PostgresError.self) { try await books.current(before: CalendarDay(20_000)) }
    }
}
