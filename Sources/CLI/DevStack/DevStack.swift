import Foundation

/// A private Postgres and a broker, for development, the demo and tests. What `DATABASE_URL` and
/// `KAFKA_BOOTSTRAP_SERVERS` name is used instead.
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

    /// librdkafka's properties for a client of this broker. The mock cluster lets a rebalance take as long as the
    /// session timeout less a second, so there the session is short; a real broker keeps its defaults.
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

    /// A program of this project: `GIDDYUP_BIN` names the directory, else it is the running program's own.
    public static func executable(_ name: String) -> String {
        let directory =
            ProcessInfo.processInfo.environment["GIDDYUP_BIN"]
            ?? (Bundle.main.executablePath.map { ($0 as NSString).deletingLastPathComponent } ?? ".")
        return (directory as NSString).appendingPathComponent(name)
    }
}
