import Postgres
import WorkerRuntime

extension WorkerProcess {
    /// A connection pool under the workers' role, which may read racing.* and write modeling.*.
    public func pool(limit: Int = 4) -> PostgresPool {
        PostgresPool(
            configuration.databaseURL,
            applicationName: name,
            setup: ["SET ROLE giddyup_worker"],
            limits: PostgresLimits(statement: 180, lock: 30, idleInTransaction: 30),
            limit: limit
        )
    }
}
