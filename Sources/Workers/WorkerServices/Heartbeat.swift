import Foundation
import Logging
import ModelingStore
import Postgres
import ServiceLifecycle
import WorkerRuntime

/// Writes a heartbeat of this worker to modeling.workers every few seconds. A failure is logged and does not stop the
/// worker.
public struct Heartbeat: Service {
    private let name: String
    private let instance: String
    private let pool: PostgresPool
    private let metrics: Metrics
    private let readiness: Readiness
    private let logger: Logger

    private static let interval = Duration.seconds(3)

    public init(_ process: WorkerProcess, _ pool: PostgresPool) {
        name = process.name
        // Containers that share a network have one host name, and each is process 1 of its own.
        let host = ProcessInfo.processInfo.hostName
        instance = "\(process.name)-\(host)-\(getpid())-\(UUID().uuidString.prefix(8))"
        self.pool = pool
        metrics = process.metrics
        readiness = process.readiness
        logger = process.logger
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // A beat that is cancelled may still reach the table, after the row was deleted. A command would then
                // wait for a worker that has stopped.
                let beating = Task { try await beat() }
                do { try await beating.value } catch { logger.debug("the heartbeat was not recorded: \(error)") }
                try await Task.sleep(for: Self.interval)
            }
        }
        _ = try? await pool.withConnection { try await WorkerStore.delete(instance: instance, $0) }
    }

    /// What `giddyup status` and the board show of a worker, by the names of its metrics.
    private var figures: [String: Double] {
        let names = [
            "giddyup_form_book_runs", "giddyup_form_book_checked_timestamp_seconds",
            "giddyup_form_book_through_timestamp_seconds",
        ]
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in metrics.value(name).map { (name, $0) } })
    }

    private func beat() async throws {
        try await pool.withConnection { connection in
            try await WorkerStore.upsert(
                instance: instance,
                worker: name,
                host: ProcessInfo.processInfo.hostName,
                pid: getpid(),
                handled: metrics.total("giddyup_messages_total"),
                dead: metrics.total("giddyup_dead_letters_total"),
                problems: readiness.problems,
                figures: figures,
                connection
            )
        }
    }
}
