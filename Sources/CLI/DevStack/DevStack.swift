import Foundation

/// A private Postgres and a broker, for development, the demo and tests. If `DATABASE_URL` or `KAFKA_BOOTSTRAP_SERVERS`
/// is set, that server is used instead.
public final class DevStack: Sendable {
    public let postgres: DevPostgres?
    public let broker: DevBroker?
    public let databaseURL: String
    public let bootstrapServers: String

    public static func start(environment: [String: String] = ProcessInfo.processInfo.environment) async throws
        -> DevStack
    {
        let givenDatabase = environment["DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        let givenBroker = environment["KAFKA_BOOTSTRAP_SERVERS"].flatMap { $0.isEmpty ? nil : $0 }
        async let postgres = givenDatabase == nil ? DevPostgres.start() : nil
        async let broker = givenBroker == nil ? DevBroker.start() : nil
        return try await DevStack(
            postgres,
            broker,
            givenDatabase ?? "",
            givenBroker ?? "",
            environment["DEV_BROKER_CONTROL"]
        )
    }

    private let givenControl: String?

    private init(
        _ postgres: DevPostgres?,
        _ broker: DevBroker?,
        _ database: String,
        _ servers: String,
        _ control: String?
    ) {
        self.postgres = postgres
        self.broker = broker
        databaseURL = postgres?.url ?? database
        bootstrapServers = broker?.bootstrapServers ?? servers
        givenControl = control
    }

    /// The control socket; `nil` if the broker is a real one.
    public var control: String? { broker?.control ?? givenControl }

    /// librdkafka's properties for a client of this broker. On the mock cluster a rebalance takes up to the session
    /// timeout minus one second, so the session timeout is short. A real broker keeps its defaults.
    public var kafkaProperties: [String: String] {
        var values = ["bootstrap.servers": bootstrapServers]
        if control != nil {
            values.merge(["session.timeout.ms": "4000", "heartbeat.interval.ms": "500", "fetch.wait.max.ms": "20"]) {
                $1
            }
        }
        return values
    }

    /// The environment variables that point a worker to both servers.
    public var environment: [String: String] {
        var values = ["DATABASE_URL": databaseURL]
        values["DEV_BROKER_CONTROL"] = control
        for (name, value) in kafkaProperties {
            values["KAFKA_" + name.uppercased().replacingOccurrences(of: ".", with: "_")] = value
        }
        return values
    }

    public func stop() async {
        await broker?.stop()
        await postgres?.stop()
    }

    /// The path of one of this project's programs, in the directory `GIDDYUP_BIN` or, if unset, next to the running
    /// program.
    public static func executable(_ name: String) -> String {
        let directory =
            ProcessInfo.processInfo.environment["GIDDYUP_BIN"]
            ?? (Bundle.main.executablePath.map { ($0 as NSString).deletingLastPathComponent } ?? ".")
        return (directory as NSString).appendingPathComponent(name)
    }
}
