import DevStack
import Foundation
import Kafka
import Postgres

/// The servers that the tests of one process share. They start on first use and stop when the process exits.
public enum Servers {
    private static let startTask = Task { try await DevStack.start() }

    public static var stack: DevStack {
        get async throws { try await startTask.value }
    }

    /// A name that is unique across tests and processes.
    public static func uniqueName(_ stem: String) -> String {
        "\(stem)_\(UUID().uuidString.prefix(8).lowercased())"
    }

    /// Creates an empty database, calls `body` with its URL, and drops it.
    public static func withDatabase<R>(_ body: (_ url: String) async throws -> R) async throws -> R {
        let url = try await stack.databaseURL
        let name = uniqueName("test")
        let pool = PostgresPool(url)
        try await pool.query("CREATE DATABASE \(name)")
        do {
            let value = try await body(try replacingDatabase(in: url, with: name))
            try await pool.query("DROP DATABASE \(name) WITH (FORCE)")
            return value
        } catch {
            _ = try? await pool.query("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
    }

    /// Creates topics on the dev broker, or on the broker that KAFKA_BOOTSTRAP_SERVERS names.
    public static func createTopics(_ topics: [KafkaTopic]) async throws {
        let stack = try await stack
        if let control = stack.control {
            for topic in topics {
                try await BrokerControl.request("create \(topic.name) \(topic.partitions)", at: control)
            }
        } else {
            try await KafkaAdmin(["bootstrap.servers": stack.bootstrapServers]).create(topics)
        }
    }

    /// Starts a broker for one test, which may stop it.
    ///
    /// It has a process of its own because this one starts others: a child that inherits the broker's listening socket
    /// keeps its port, and then the mock cluster aborts when it binds the port again.
    public static func withBroker(_ body: (DevBroker) async throws -> Void) async throws {
        let broker = try await DevBroker.start()
        do { try await body(broker) } catch {
            broker.send(SIGCONT)
            await broker.stop()
            throw error
        }
        await broker.stop()
    }

    static func replacingDatabase(in url: String, with name: String) throws -> String {
        guard var parts = URLComponents(string: url) else {
            throw DevStackError("DATABASE_URL is not a URI; set it to postgresql://...")
        }
        parts.path = "/" + name
        return parts.string ?? url
    }
}
