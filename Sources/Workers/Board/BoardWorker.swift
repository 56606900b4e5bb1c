import Foundation
import Postgres
import Scheduler
import ServiceLifecycle
import WorkerRuntime

/// Wires the board: it reads Postgres and the offsets of the topics, and writes nothing.
public enum BoardWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let configuration = process.configuration
        let pool = PostgresPool(
            configuration.databaseURL,
            applicationName: process.name,
            setup: ["SET ROLE giddyup_worker", "SET default_transaction_read_only = on"],
            limits: PostgresLimits(statement: 20, lock: 5, idleInTransaction: 20),
            limit: 4
        )
        let schedule = try Schedule(file: configuration.schedulePath())
        let clock = try RaceClock()
        let reader = BoardReader(pool, configuration, zone: schedule.zone) { clock.now }
        return [
            BoardServer(
                host: configuration.boardHost,
                port: configuration.boardPort,
                routes: BoardRoutes(reader: reader),
                logger: process.logger
            )
        ]
    }
}
