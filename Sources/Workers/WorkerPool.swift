import Fleet
import Foundation
import Postgres

extension WorkerMain {
    /// Connections that have taken on the workers' role: SELECT on racing.*, and modeling.*.
    public func pool(limit: Int = 4) -> PostgresPool {
        PostgresPool(configuration.databaseURL, applicationName: name, setup: ["SET ROLE giddyup_worker"], limit: limit)
    }
}
