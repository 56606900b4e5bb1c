import ChildProcesses
import DevStack
import Foundation
import Kafka
import Postgres
import Reference
import Servers

/// The project's programs, run as an operator runs them, against a database and topics of their own.
struct TestFleet: Sendable {
    let databaseURL: String
    let prefix: String
    /// The folder that the programs write their output to. It is kept if a test fails.
    let folder: String
    private(set) var environment: [String: String]

    static let root = PackageRoot.path

    /// Runs `body` with an empty database and no topics.
    static func with(_ body: (TestFleet) async throws -> Void) async throws {
        try await FleetSlots.withSlot { try await withoutWaiting(body) }
    }

    /// Does not wait for other fleets to end: for a test that takes longer than all others.
    static func withoutWaiting(_ body: (TestFleet) async throws -> Void) async throws {
        try await Servers.withDatabase { url in
            let fleet = try await TestFleet(databaseURL: url)
            try await body(fleet)
            try await fleet.deleteTopics()
            try fleet.removeFolder()
        }
    }

    /// Runs `body` with a copy of a prepared database, and topics.
    static func with(_ prepared: PreparedDatabase, _ body: (TestFleet) async throws -> Void) async throws {
        try await FleetSlots.withSlot {
            try await Servers.withDatabase(prepared) { url in
                let fleet = try await TestFleet(databaseURL: url)
                try await fleet.giddyup("topics apply")
                try await body(fleet)
                try await fleet.deleteTopics()
                try fleet.removeFolder()
            }
        }
    }

    init(databaseURL: String) async throws {
        let stack = try await Servers.stack
        self.databaseURL = databaseURL
        prefix = Servers.uniqueName("fleet") + "."
        folder = NSTemporaryDirectory() + prefix + "logs"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        environment = ProcessInfo.processInfo.environment.merging(stack.environment) { $1 }
        environment["DATABASE_URL"] = databaseURL
        environment["TOPIC_PREFIX"] = prefix
        environment["GIDDYUP_HOME"] = Self.root
        environment["GIDDYUP_PARENT_WATCH"] = "stdin"
        environment["LOG_LEVEL"] = "debug"
        environment["OMP_WAIT_POLICY"] = "passive"
        // Dozens of fleets share one broker.
        environment["TOPIC_PARTITION_LIMIT"] = "4"
    }

    func removeFolder() throws { try FileManager.default.removeItem(atPath: folder) }

    /// Deletes the fleet's topics, so that a real broker keeps no partitions of finished tests.
    func deleteTopics() async throws {
        let stack = try await Servers.stack
        guard stack.control == nil else { return }
        let admin = try KafkaAdmin(["bootstrap.servers": stack.bootstrapServers])
        try await admin.delete(try await admin.topics().keys.filter { $0.hasPrefix(prefix) })
    }

    /// The same fleet with further environment variables for the programs that it starts.
    func setting(_ variables: [String: String]) -> TestFleet {
        var fleet = self
        fleet.environment.merge(variables) { $1 }
        return fleet
    }

    /// Runs the command line and waits until it exits.
    ///
    /// - Parameters:
    ///   - line: arguments separated by spaces, such as `"train --fast"`.
    ///   - arguments: further arguments, which may contain spaces.
    ///   - status: the expected exit code.
    /// - Returns: standard output and standard error.
    /// - Throws: `FleetError` if it exits with another code.
    @discardableResult
    func giddyup(_ line: String, _ arguments: String..., expecting status: Int32 = 0) async throws -> String {
        try await run(Self.words(line) + arguments, expecting: status)
    }

    /// Runs the command line with `--json`.
    ///
    /// - Returns: the JSON that it printed.
    func json<Value: Decodable>(_ type: Value.Type, _ line: String, _ arguments: String...) async throws -> Value {
        let text = try await run(Self.words(line) + arguments + ["--json"])
        guard let start = text.firstIndex(where: { "{[".contains($0) }) else {
            throw FleetError("giddyup \(line) printed no JSON: \(text.suffix(600))")
        }
        return try JSONDecoder().decode(type, from: Data(text[start...].utf8))
    }

    private static func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

    @discardableResult
    func run(_ arguments: [String], expecting status: Int32 = 0) async throws -> String {
        let output = "\(folder)/\(UUID().uuidString).out"
        let process = try ChildProcess(
            DevStack.executable("giddyup"),
            arguments,
            environment: environment,
            output: output
        )
        let exitCode = await waitForExit(of: process)
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard let exitCode else {
            throw FleetError(
                "giddyup \(arguments.joined(separator: " ")) was cancelled, or did not exit within "
                    + "\(Self.commandLimit): \(text.suffix(2000))"
            )
        }
        guard exitCode == status else {
            throw FleetError(
                "giddyup \(arguments.joined(separator: " ")) exited with \(exitCode), expected \(status): "
                    + "\(text.suffix(600))"
            )
        }
        return text
    }

    private static let commandLimit = Duration.seconds(600)

    /// Kills the process if the test is cancelled or the process does not exit within `commandLimit`: a test that waits
    /// for ever says nothing.
    ///
    /// - Returns: its exit code; `nil` if it was killed.
    private func waitForExit(of process: ChildProcess) async -> Int32? {
        let isKilled = Locked(false)
        @Sendable func kill() {
            isKilled.withLock { $0 = true }
            process.send(SIGKILL)
        }
        let killer = Task {
            try await Task.sleep(for: Self.commandLimit)
            kill()
        }
        defer { killer.cancel() }
        let exitCode = await withTaskCancellationHandler {
            await process.wait()
        } onCancel: {
            kill()
        }
        return isKilled.withLock { $0 } ? nil : exitCode
    }

    /// Starts the command line without waiting for it.
    func startCommand(_ line: String) throws -> ChildProcess {
        let output = "\(folder)/\(UUID().uuidString).out"
        return try ChildProcess(
            DevStack.executable("giddyup"),
            Self.words(line),
            environment: environment,
            output: output
        )
    }

    /// Starts a worker. Workers of the same name append to one log.
    func start(_ worker: String) throws -> ChildProcess {
        try ChildProcess(DevStack.executable(worker), [], environment: environment, output: "\(folder)/\(worker).log")
    }

    func log(_ worker: String) -> String {
        (try? String(contentsOfFile: "\(folder)/\(worker).log", encoding: .utf8)) ?? ""
    }

    var pool: PostgresPool { PostgresPool(databaseURL) }

    /// Polls until `condition` holds.
    ///
    /// - Throws: `FleetError` if it does not hold within `seconds`.
    func wait(seconds: Double = 600, until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw FleetError("the condition did not hold within \(seconds) s")
    }
}

struct FleetError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
