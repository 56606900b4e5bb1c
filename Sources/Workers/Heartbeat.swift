import Fleet
import Foundation
import Logging
import ModelingStore
import Postgres
import ServiceLifecycle

/// Says every few seconds that this worker is there. Best effort: a worker does not stop because it could not say so.
public struct Heartbeat: Service {
    private let name: String
    private let instance: String
    private let pool: PostgresPool
    private let metrics: Metrics
    private let logger: Logger

    public init(_ main: WorkerMain, _ pool: PostgresPool) {
        name = main.name
        instance = "\(main.name)-\(ProcessInfo.processInfo.hostName)-\(getpid())"
        self.pool = pool
        metrics = main.metrics
        logger = main.logger
    }

    public func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await pool.withConnection { connection in
                        try await WorkerRegister.beat(
                            instance: instance, worker: name, host: ProcessInfo.processInfo.hostName, pid: getpid(),
                            handled: metrics.total("giddyup_messages_total"), dead: metrics.total("giddyup_dead_letters_total"), connection)
                    }
                } catch { logger.debug("no heartbeat: \(error)") }
                try await Task.sleep(for: .seconds(3))
            }
        }
        _ = try? await pool.withConnection { try await WorkerRegister.leave(instance: instance, $0) }
    }
}
