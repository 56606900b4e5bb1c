import Features
import Logging
import Postgres
import Racing
import RacingStore

/// A worker's form book: a cache of Postgres, refreshed when results arrive, never truth.
public actor BookKeeper {
    private let pool: PostgresPool
    private let logger: Logger
    private var book: FormBook?
    private var watermark = ""
    private var checkedAt: ContinuousClock.Instant?
    private var loadedAt: ContinuousClock.Instant?
    private var loading: Task<FormBook, any Error>?

    /// How often results are asked after, and how often the whole is read again whatever they say.
    private static let (checkEvery, reloadEvery): (Duration, Duration) = (.seconds(30), .seconds(86_400))

    public init(_ pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// The book as of now, or at most half a minute ago.
    public func current() async throws -> FormBook {
        if let loading { return try await loading.value }
        let now = ContinuousClock.now
        if let book, let checkedAt, now - checkedAt < Self.checkEvery { return book }
        let task = Task { try await self.refresh() }
        loading = task
        defer { loading = nil }
        return try await task.value
    }

    private func refresh() async throws -> FormBook {
        let now = ContinuousClock.now
        let (pool, known, old) = (pool, watermark, book)
        let isStale = loadedAt.map { now - $0 > Self.reloadEvery } ?? true
        let (mark, fresh) = try await pool.withConnection { connection -> (String, (book: FormBook, skipped: [String])?) in
            let mark = try await FormBookReader.watermark(connection)
            if old != nil, mark == known, !isStale { return (mark, nil) }
            return (mark, try await FormBookReader.read(connection))
        }
        checkedAt = now
        watermark = mark
        if let fresh {
            for fault in fresh.skipped { logger.warning("left out of the form book: \(fault)") }
            logger.info("form book read", metadata: ["runs": "\(fresh.book.fingerprint.runs)", "through": "\(fresh.book.fingerprint.throughDay)"])
            (book, loadedAt) = (fresh.book, now)
            return fresh.book
        }
        guard let old else { throw CancellationError() }
        return old
    }
}
