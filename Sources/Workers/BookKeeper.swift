import Features
import Logging
import Postgres
import Racing
import RacingStore

/// A worker's form book: a cache of Postgres, refreshed when results arrive, never truth.
///
/// A run is visible from the day after it was run, so results that arrive during a race day change nothing until the next: the book holds the days
/// before a limit, and only changes to those, or a request for a later day, make it read again.
public actor BookKeeper {
    /// What is on the shelf.
    public struct Shelf: Sendable {
        public let book: FormBook
        /// Days before it are in the book.
        public let limit: CalendarDay
        public let missing: MissingResults
        let watermark: String
        let readAt: ContinuousClock.Instant
    }

    private let pool: PostgresPool
    private let logger: Logger
    private var shelf: Shelf?
    private var checkedAt: ContinuousClock.Instant?
    /// The requests that were given a reading of their own, the last ones.
    private var asked: [String] = []
    /// How often the book was read from the database.
    package private(set) var readings = 0
    private var reading: (limit: CalendarDay, task: Task<Shelf, any Error>)?

    /// How often changes are asked after, and how often the whole is read again whatever they say: older corrections come in with that.
    private let (checkEvery, rereadEvery): (Duration, Duration)

    public init(_ pool: PostgresPool, logger: Logger, checkEvery: Duration = .seconds(30), rereadEvery: Duration = .seconds(86_400)) {
        self.pool = pool
        self.logger = logger
        (self.checkEvery, self.rereadEvery) = (checkEvery, rereadEvery)
    }

    /// A book that holds at least all days before `horizon`. The first request of a day waits until it was read that day; a correction of an
    /// earlier day is read beside the work and is in the book some seconds later.
    public func current(before horizon: CalendarDay) async throws -> Shelf {
        while let reading, shelf.map({ $0.limit < horizon }) ?? true {
            // another request is reading: what it brings may do
            _ = try await reading.task.value
        }
        guard let shelf, shelf.limit >= horizon else { return try await read(horizon).value }
        if reading == nil, checkedAt.map({ ContinuousClock.now - $0 > checkEvery }) ?? true {
            let task = read(horizon)
            Task { [logger] in
                do { _ = try await task.value } catch { logger.warning("the form book was not refreshed, and is as of its last reading: \(error)") }
            }
        }
        return shelf
    }

    /// A book read since `request` was first asked for: whoever builds from it sees every correction that was made before he asked. All calls with
    /// one request share one reading.
    public func current(before horizon: CalendarDay, asked request: String) async throws -> Shelf {
        while !asked.contains(request), let reading {
            // it began before, and may have passed by what was corrected meanwhile
            _ = try? await reading.task.value
        }
        if !asked.contains(request) { _ = try await read(horizon, asked: request).value }
        return try await current(before: horizon)
    }

    /// The shelf once nothing is being read.
    package func settled() async throws -> Shelf {
        while let reading { _ = try await reading.task.value }
        guard let shelf else { throw CancellationError() }
        return shelf
    }

    private func read(_ horizon: CalendarDay, asked request: String? = nil) -> Task<Shelf, any Error> {
        let task = Task {
            defer { reading = nil }
            let shelf = try await refresh(horizon, isWhole: request != nil)
            if let request { asked = asked.suffix(63) + [request] }
            return shelf
        }
        reading = (horizon, task)
        return task
    }

    private func refresh(_ horizon: CalendarDay, isWhole: Bool) async throws -> Shelf {
        let (now, old, pool) = (ContinuousClock.now, shelf, pool)
        let isStale = isWhole || old.map { now - $0.readAt > rereadEvery } ?? true
        let (limit, mark, missing) = try await pool.withConnection { connection in
            let limit = max(horizon, old?.limit ?? horizon, try await FormBookReader.lastDay(connection) ?? horizon)
            return (limit, try await FormBookReader.watermark(connection, before: limit), try await MissingResults.read(before: limit, connection))
        }
        let isUnchanged = !isStale && old?.limit == limit && old?.watermark == mark
        let (book, skipped) = if isUnchanged, let old { (old.book, [String]()) } else { try await FormBookReader.read(pool, before: limit) }
        let readAt = isUnchanged ? old?.readAt ?? now : now
        let fresh = Shelf(book: book, limit: limit, missing: missing, watermark: mark, readAt: readAt)
        for fault in skipped { logger.warning("left out of the form book: \(fault)") }
        if fresh.readAt == now {
            logger.info(
                "form book read",
                metadata: [
                    "runs": "\(fresh.book.runCount)", "through": "\(fresh.book.fingerprint.throughDay)", "before": "\(fresh.limit)",
                    "seconds": "\((ContinuousClock.now - now) / .seconds(1))",
                ])
        }
        if !isUnchanged { readings += 1 }
        checkedAt = now
        shelf = fresh
        return fresh
    }
}
