import Foundation
import Logging
import ServiceLifecycle

/// Puts a worker's services together and runs them until SIGTERM.
public struct WorkerMain: Sendable {
    public let configuration: FleetConfiguration
    public let metrics = Metrics()
    public let readiness = Readiness()
    public let logger: Logger
    public let name: String

    public init(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        self.name = name
        configuration = try FleetConfiguration(environment: environment)
        logger = configuration.logger(name)
    }

    /// Runs `services` and the admin server; the last one stops first. Returns when all have stopped.
    public func run(_ services: [any Service]) async throws {
        var all = services
        if let port = configuration.adminPort { all.insert(AdminServer(port: port, metrics: metrics, readiness: readiness), at: 0) }
        // a child of the demo or of a test goes with its parent
        if ProcessInfo.processInfo.environment["GIDDYUP_LEASH"] == "stdin" { StandardInputLeash.hold() }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: all.map {
                    ServiceGroupConfiguration.ServiceConfiguration(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
                },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        logger.info("started")
        try await group.run()
        logger.info("stopped")
    }

    /// The whole of a worker's `main`: one line on standard error and exit code 1 where it cannot start or must not go on.
    public static func main(_ name: String, _ services: (WorkerMain) async throws -> [any Service]) async -> Never {
        do {
            let main = try WorkerMain(name)
            try await main.run(services(main))
            exit(0)
        } catch {
            FileHandle.standardError.write(Data("\(name): \(error)\n".utf8))
            exit(1)
        }
    }
}

/// Ends the process in the orderly way when its standard input does.
enum StandardInputLeash {
    static func hold() {
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while read(0, &buffer, buffer.count) > 0 {}
            kill(getpid(), SIGTERM)
        }
        thread.name = "leash"
        thread.start()
    }
}
