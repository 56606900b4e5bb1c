import Logging
import Messages
import ModelingStore
import Postgres
import WorkerRuntime

/// Writes race.signals to modeling.signals, a batch in one transaction.
public struct PublisherHandler: Handler {
    private let pool: PostgresPool
    private let metrics: Metrics
    private let logger: Logger

    public init(_ pool: PostgresPool, metrics: Metrics, logger: Logger) {
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
        // An alert on an increase would miss the first one if the series began with it.
        metrics.add("giddyup_signals_total", ["result": "contradiction"], 0)
    }

    public typealias Input = RaceSignals

    public func handle(_ batch: [RaceSignals]) async throws -> [Outcome] {
        let write = try await pool.withConnection { try await SignalStore.upsert(batch, $0) }
        for contradiction in write.contradictions {
            logger.critical("equal revisions with unequal payloads: \(contradiction)")
        }
        for (result, count) in [
            ("inserted", write.inserted), ("replaced", write.replaced), ("kept", write.kept),
            ("contradiction", write.contradictions.count),
        ] { metrics.add("giddyup_signals_total", ["result": result], Double(count)) }
        return batch.map { _ in .done([]) }
    }

    public func classify(_ error: any Error) -> ErrorClass {
        let standard = ErrorClass.standard(error)
        guard standard == .unknown, let state = (error as? PostgresError)?.sqlState else { return standard }
        // A missing model may be the fault of one message, or of the table if every message fails. The runtime tells
        // the two apart by retrying and isolating.
        if state == SQLState.foreignKeyViolation { return standard }
        // A value that a column rejects will always be rejected.
        let isRejectedValue = state.hasPrefix(SQLState.dataException) || state.hasPrefix(SQLState.integrityViolation)
        return isRejectedValue ? .contract : standard
    }

    private enum SQLState {
        static let foreignKeyViolation = "23503"
        static let dataException = "22"
        static let integrityViolation = "23"
    }
}
