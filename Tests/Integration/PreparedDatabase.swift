import DevStack
import Foundation
import Postgres
import Servers

/// Databases that take seconds to prepare. Each is built once per test process, and every test gets its own copy.
enum PreparedDatabase: Hashable {
    /// A migrated database with a small season of simulated racing, 2025.
    case simulated(seed: Int)
    /// `simulated(seed: 3)` and a model trained through 2025-09-30: `hrd_win_prob` 1, in production.
    case trained

    private static let templates = Locked<[PreparedDatabase: Task<String, any Error>]>([:])

    /// The name of the database to copy.
    fileprivate var template: String {
        get async throws {
            let building = Self.templates.withLock { templates in
                if let building = templates[self] { return building }
                let building = Task { try await build() }
                templates[self] = building
                return building
            }
            return try await building.value
        }
    }

    private func build() async throws -> String {
        let name = Servers.uniqueName("prepared")
        try await Servers.createDatabase(name, template: parent?.template)
        do {
            try await fill(TestFleet(databaseURL: Servers.databaseURL(name)))
        } catch {
            try? await Servers.dropDatabase(name)
            throw error
        }
        if try await Servers.stack.postgres == nil { _ = Self.droppingAtExit }
        return name
    }

    private var parent: PreparedDatabase? {
        switch self {
        case .simulated: nil
        case .trained: .simulated(seed: 3)
        }
    }

    /// Every program that connects to the template has exited when this returns: a template with connections cannot be
    /// copied.
    private func fill(_ fleet: TestFleet) async throws {
        switch self {
        case .simulated(let seed):
            try await fleet.giddyup("migrate")
            try await fleet.giddyup("simulate --small --seasons 1 --seed \(seed)")
        case .trained:
            try await fleet.giddyup("topics apply")
            try await fleet.giddyup("train --to 2025-09-30 --fast")
        }
        try fleet.removeFolder()
    }

    /// Drops the templates when the process exits. Only a server that the tests did not start outlives them.
    private static let droppingAtExit: Void = {
        _ = atexit {
            let isDone = DispatchSemaphore(value: 0)
            Task.detached {
                for building in PreparedDatabase.templates.withLock({ Array($0.values) }) {
                    guard let name = try? await building.value else { continue }
                    try? await Servers.dropDatabase(name)
                }
                isDone.signal()
            }
            _ = isDone.wait(timeout: .now() + 10)
        }
    }()
}

extension Servers {
    /// Runs `body` with the URL of a copy of `prepared`, which is dropped afterwards.
    static func withDatabase<R>(
        _ prepared: PreparedDatabase,
        _ body: (_ url: String) async throws -> R
    ) async throws -> R {
        let name = uniqueName("test")
        try await createDatabase(name, template: prepared.template)
        do {
            let value = try await body(try await databaseURL(name))
            try await dropDatabase(name)
            return value
        } catch {
            try? await dropDatabase(name)
            throw error
        }
    }

    /// One connection, so that one database is copied at a time.
    private static let maintenance = Task { PostgresPool(try await stack.databaseURL, limit: 1) }

    /// - Parameter template: the database to copy; `nil` creates an empty one.
    fileprivate static func createDatabase(_ name: String, template: String?) async throws {
        let statement = "CREATE DATABASE \(name)" + (template.map { " TEMPLATE \($0)" } ?? "")
        let deadline = ContinuousClock.now + .seconds(180)
        while true {
            do {
                try await maintenance.value.query(statement)
                return
            } catch let error as PostgresError where error.sqlState == "55006" && ContinuousClock.now < deadline {
                // SQLSTATE object_in_use: a backend of the template is still exiting.
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    fileprivate static func dropDatabase(_ name: String) async throws {
        try await maintenance.value.query("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    fileprivate static func databaseURL(_ name: String) async throws -> String {
        let url = try await stack.databaseURL
        guard var parts = URLComponents(string: url) else {
            throw FleetError("DATABASE_URL is not a URI; use postgresql://USER@HOST:PORT/NAME")
        }
        parts.path = "/" + name
        return parts.string ?? url
    }
}
