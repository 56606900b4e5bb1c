import Fleet
import Kafka
import Logging
import Messages
import ModelingStore
import Postgres

/// race.signals to modeling.signals, a batch in one transaction.
public struct PublisherHandler: Handler {
    private let pool: PostgresPool
    private let metrics: Metrics
    private let logger: Logger

    public init(_ pool: PostgresPool, metrics: Metrics, logger: Logger) {
        self.pool = pool
        self.metrics = metrics
        self.logger = logger
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> RaceSignals {
        let signals = try RaceSignals.read(message)
        let race = "race \(signals.raceID)"
        guard signals.raceID != 0, signals.asOf > 0, signals.model.modelID != 0 else {
            throw ContractError("the message names no race, as_of or model")
        }
        guard signals.origin == .live || signals.origin == .backfill else { throw ContractError("\(race): neither live nor a backfill") }
        guard !signals.signals.isEmpty else { throw ContractError("\(race): no signals") }
        guard Set(signals.signals.map(\.horseID)).count == signals.signals.count else { throw ContractError("\(race): a horse is there twice") }
        for signal in signals.signals {
            guard signal.pWin >= 0, signal.pWin <= 1, signal.pModel >= 0, signal.pModel <= 1 else {
                throw ContractError("\(race): horse \(signal.horseID) has a probability of \(signal.pWin)")
            }
            guard signal.stakeUnits >= 0, signal.stakeUnits.isFinite else {
                throw ContractError("\(race): horse \(signal.horseID) has a stake of \(signal.stakeUnits)")
            }
        }
        return signals
    }

    public func handle(_ batch: [RaceSignals]) async throws -> [Outcome] {
        let write = try await pool.withConnection { try await SignalWriter.write(batch, $0) }
        for contradiction in write.contradictions { logger.critical("equal revisions with unequal payloads: \(contradiction)") }
        metrics.add("giddyup_signals_total", ["result": "inserted"], Double(write.inserted))
        metrics.add("giddyup_signals_total", ["result": "replaced"], Double(write.replaced))
        metrics.add("giddyup_signals_total", ["result": "kept"], Double(write.kept))
        metrics.add("giddyup_signals_total", ["result": "contradiction"], Double(write.contradictions.count))
        return batch.map { _ in .done([]) }
    }

    public func classify(_ error: any Error) -> ErrorClass {
        let standard = ErrorClass.standard(error)
        // a value that a column refuses will be refused for ever. A model that is not registered may be one message's fault or, where all
        // name it, the table's: that is for the loop to tell
        if standard == .unknown, let state = (error as? PostgresError)?.sqlState, state != "23503", state.hasPrefix("23") || state.hasPrefix("22") {
            return .contract
        }
        return standard
    }
}
