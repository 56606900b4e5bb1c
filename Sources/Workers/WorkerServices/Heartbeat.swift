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
    private let logger: Logger

    private static let interval = Duration.seconds(3)

    public init(_ process: WorkerProcess, _ pool: PostgresPool) {
        name = process.name
        instance = "\(process.name)-\(ProcessInfo.processInfo.hostName)-\(getpid())"
        self.pool = pool
        metrics = process.metrics
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

    private func beat() async throws {
        try await pool.withConnection { connection in
            try await WorkerStore.upsert(
                instance: instance,
                worker: name,
                host: ProcessInfo.processInfo.hostName,
                pid: getpid(),
                handled: metrics.total("giddyup_messages_total"),
                dead: metrics.total("giddyup_dead_letters_total"),
                connection
            )
        }
    }
}
