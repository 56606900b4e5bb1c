import ChildProcesses
import Foundation
import Logging
import ServiceLifecycle

/// A worker's process: its configuration, metrics and logger, and the services that it runs until SIGTERM.
public struct WorkerProcess: Sendable {
    public let name: String
    public let configuration: RuntimeConfiguration
    public let metrics = Metrics()
    public let readiness = Readiness()
    public let logger: Logger

    /// - Throws: `ConfigurationError` if a variable of the environment has an invalid value.
    public init(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.name = name
        configuration = try RuntimeConfiguration(environment: environment)
        logger = configuration.logger(name)
    }

    /// The `main` of every worker. Prints one line to standard error and exits with 1 if the worker cannot start or
    /// must stop; exits with 0 after SIGTERM or SIGINT.
    public static func run(_ name: String, services: (WorkerProcess) async throws -> [any Service]) async -> Never {
        do {
            let process = try WorkerProcess(name)
            let services = try await services(process)
            try await process.run(services)
            // What the services hold is left to the system too.
            withExtendedLifetime(services) { leave(0) }
        } catch {
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            leave(1)
        }
    }

    /// Ends the process at once. `exit` would run the destructors of C++ libraries while librdkafka's threads still use
    /// them. A worker that had logged that it stopped was once seen not to end; that this was the cause is not proved.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }

    /// A loop that consumes, handles, produces and commits.
    public func loop<H: Handler>(_ settings: WorkerSettings, _ handler: H) throws -> WorkerLoop<H> {
        try WorkerLoop(settings, configuration, handler, metrics: metrics, readiness: readiness, logger: logger)
    }

    /// Runs the services and the admin server, and returns when all of them have stopped. Services stop in reverse
    /// order.
    private func run(_ services: [any Service]) async throws {
        var all = services
        if let port = configuration.adminPort {
            all.insert(
                AdminServer(host: configuration.adminHost, port: port, metrics: metrics, readiness: readiness),
                at: 0
            )
        }
        ParentWatch.startIfRequested()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: all.map { service in
                    // A loop ends by a graceful shutdown only. If it were cancelled because another service failed, the
                    // process would go on without that service.
                    .init(
                        service: service,
                        successTerminationBehavior: .gracefullyShutdownGroup,
                        failureTerminationBehavior: .gracefullyShutdownGroup
                    )
                },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        logger.info("started")
        try await group.run()
        logger.info("stopped")
    }
}
