import Features
import Foundation
import Logging
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// A worker's form book: a cache of Postgres that is refreshed when results arrive.
///
/// A run becomes visible on the day after it was run, so results that arrive during a race day change nothing before
/// the next day. The cache holds the days before a limit. It reads again when one of those days changes, or when a
/// request needs a later day.
public actor FormBookCache {
    /// One read of the form book.
    public struct Snapshot: Sendable {
        public let book: FormBook
        /// The book holds all days before this one.
        public let limit: CalendarDay
        public let missing: MissingResults
        let watermark: String
        let readAt: ContinuousClock.Instant
    }

    private struct Refresh {
        let limit: CalendarDay
        let task: Task<Snapshot, any Error>
    }

    private let pool: PostgresPool
    private let metrics: Metrics
    private let logger: Logger
    private let checkInterval: Duration
    private let rereadInterval: Duration
    private var snapshot: Snapshot?
    private var checkedAt: ContinuousClock.Instant?
    private var refresh: Refresh?
    /// The latest data set requests that triggered a full read.
    private var servedRequests: [String] = []
    private static let servedRequestsLimit = 64

    /// How many times the book was read from the database.
    package private(set) var readings = 0

    /// - Parameters:
    ///   - checkEvery: how often the cache looks for changes.
    ///   - rereadEvery: how often it reads the whole book regardless, which picks up corrections of old results.
    public init(
        _ pool: PostgresPool,
        metrics: Metrics = Metrics(),
        logger: Logger,
        checkEvery: Duration = .seconds(30),
        rereadEvery: Duration = .seconds(86_400)
    ) {
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
        checkInterval = checkEvery
        rereadInterval = rereadEvery
    }

    /// Returns a book that holds at least all days before `horizon`.
    ///
    /// The first request of a day waits until the book was read that day. Corrections of earlier days are read in the
    /// background and appear some seconds later.
    public func current(before horizon: CalendarDay) async throws -> Snapshot {
        while let refresh, snapshot.map({ $0.limit < horizon }) ?? true {
            // A read is in flight; it may cover this request.
            _ = try await refresh.task.value
        }
        guard let snapshot, snapshot.limit >= horizon else { return try await startRefresh(horizon).value }
        if refresh == nil, checkedAt.map({ ContinuousClock.now - $0 > checkInterval }) ?? true {
            refreshInBackground(horizon)
        }
        return snapshot
    }

    /// A book read after `request` was first seen here, so that a data set sees every correction made before it was
    /// requested. All calls with the same request share one read.
    public func current(before horizon: CalendarDay, for request: String) async throws -> Snapshot {
        while !servedRequests.contains(request), let refresh {
            // The read in flight started earlier and may miss a correction.
            _ = try? await refresh.task.value
        }
        if !servedRequests.contains(request) { _ = try await startRefresh(horizon, for: request).value }
        return try await current(before: horizon)
    }

    /// The snapshot, once no read is in flight.
    package func settled() async throws -> Snapshot {
        while let refresh { _ = try await refresh.task.value }
        guard let snapshot else { throw CancellationError() }
        return snapshot
    }

    private func refreshInBackground(_ horizon: CalendarDay) {
        let task = startRefresh(horizon)
        Task { [logger] in
            do { _ = try await task.value } catch {
                logger.warning("the form book was not refreshed; the previous one stays in use: \(error)")
            }
        }
    }

    private func startRefresh(_ horizon: CalendarDay, for request: String? = nil) -> Task<Snapshot, any Error> {
        let task = Task {
            defer { refresh = nil }
            let snapshot = try await read(horizon, isForced: request != nil)
            if let request { servedRequests = servedRequests.suffix(Self.servedRequestsLimit - 1) + [request] }
            return snapshot
        }
        refresh = Refresh(limit: horizon, task: task)
        return task
    }

    private func read(_ horizon: CalendarDay, isForced: Bool) async throws -> Snapshot {
        let start = ContinuousClock.now
        let previous = snapshot
        let isStale = isForced || previous.map { start - $0.readAt > rereadInterval } ?? true
        let (limit, watermark, missing) = try await pool.withConnection { connection in
            let lastDay = try await FormBookReader.lastDay(connection)
            let limit = max(horizon, previous?.limit ?? horizon, lastDay ?? horizon)
            return (
                limit,
                try await FormBookReader.watermark(connection, before: limit),
                try await MissingResults.read(before: limit, connection)
            )
        }
        let current: Snapshot
        if let previous, !isStale, previous.limit == limit, previous.watermark == watermark {
            current = Snapshot(
                book: previous.book,
                limit: limit,
                missing: missing,
                watermark: watermark,
                readAt: previous.readAt
            )
        } else {
            let (book, skipped) = try await FormBookReader.read(pool, before: limit)
            for fault in skipped { logger.warning("left out of the form book: \(fault)") }
            current = Snapshot(book: book, limit: limit, missing: missing, watermark: watermark, readAt: start)
            logReading(current)
            readings += 1
        }
        checkedAt = start
        snapshot = current
        report(current)
        return current
    }

    /// Exports times in seconds since 1970, from which a query computes the current age.
    private func report(_ snapshot: Snapshot) {
        metrics.set("giddyup_form_book_runs", [:], Double(snapshot.book.runCount))
        metrics.set("giddyup_form_book_checked_timestamp_seconds", [:], Date().timeIntervalSince1970)
        let through = Double(snapshot.book.fingerprint.throughDay.number) * 86_400
        metrics.set("giddyup_form_book_through_timestamp_seconds", [:], through)
        let missing = snapshot.missing.byDay.values.reduce(0) { $0 + $1.open }
        metrics.set("giddyup_form_book_missing_results", [:], Double(missing))
    }

    private func logReading(_ snapshot: Snapshot) {
        logger.info(
            "form book read",
            metadata: [
                "runs": "\(snapshot.book.runCount)",
                "through": "\(snapshot.book.fingerprint.throughDay)",
                "before": "\(snapshot.limit)",
                "seconds": "\((ContinuousClock.now - snapshot.readAt) / .seconds(1))",
            ]
        )
    }
}
