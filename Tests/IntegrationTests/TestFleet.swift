import DevStack
import Foundation
import Kafka
import Postgres
import Servers

/// A database and topics of its own, and the project's programs run against them as an operator would.
struct TestFleet: Sendable {
    let environment: [String: String]
    let databaseURL: String
    let prefix: String
    let folder: String

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    static func with(_ body: (TestFleet) async throws -> Void) async throws {
        try await Servers.withDatabase { url in
            let stack = try await Servers.stack
            let prefix = Servers.uniqueName("fleet") + "."
            let folder = NSTemporaryDirectory() + prefix + "logs"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var environment = ProcessInfo.processInfo.environment.merging(stack.environment) { $1 }
            environment["DATABASE_URL"] = url
            environment["TOPIC_PREFIX"] = prefix
            environment["GIDDYUP_HOME"] = root
            environment["GIDDYUP_LEASH"] = "stdin"
            environment["LOG_LEVEL"] = "debug"
            environment["OMP_WAIT_POLICY"] = "passive"
            let fleet = TestFleet(environment: environment, databaseURL: url, prefix: prefix, folder: folder)
            try await body(fleet)
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    /// The same with other settings for what it starts.
    func setting(_ variables: [String: String]) -> TestFleet {
        TestFleet(environment: environment.merging(variables) { $1 }, databaseURL: databaseURL, prefix: prefix, folder: folder)
    }

    struct Failed: Error, CustomStringConvertible { let description: String }

    /// Runs the command line to its end.
    ///
    /// - Returns: what it printed, on both streams.
    @discardableResult
    func giddyup(_ arguments: String..., expecting status: Int32 = 0) async throws -> String {
        try await giddyup(arguments, expecting: status)
    }

    @discardableResult
    func giddyup(_ arguments: [String], expecting status: Int32 = 0) async throws -> String {
        let output = "\(folder)/\(UUID().uuidString).out"
        let process = try ChildProcess(DevStack.executable("giddyup"), arguments, environment: environment, output: output)
        let ended = await process.wait()
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard ended == status else {
            throw Failed(description: "giddyup \(arguments.joined(separator: " ")) ended with \(ended): \(text.suffix(600))")
        }
        return text
    }

    /// Starts a worker; its log is `folder/NAME.log`, shared by those started after it under the same name.
    func start(_ worker: String) throws -> ChildProcess {
        try ChildProcess(DevStack.executable(worker), [], environment: environment, output: "\(folder)/\(worker).log")
    }

    func log(_ worker: String) -> String { (try? String(contentsOfFile: "\(folder)/\(worker).log", encoding: .utf8)) ?? "" }

    var pool: PostgresPool { PostgresPool(databaseURL) }

    /// A year of simulated racing and a model trained on most of it.
    func prepare() async throws {
        try await giddyup("migrate")
        try await giddyup("topics", "apply")
        try await giddyup("simulate", "--small", "--seasons", "1", "--seed", "3")
        try await giddyup("train", "--to", "2025-09-30", "--fast")
    }

    /// Everything in modeling.signals but serial ids and times of processing, as one checksum.
    func checksum() async throws -> (rows: Int, md5: String) {
        let row = try await pool.query(
            """
            SELECT count(*) AS n, coalesce(md5(string_agg(t::text, E'\\n' ORDER BY as_of, race_id, horse_id, model_id)), '') AS sum FROM (
                SELECT as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win, best_odds_src, ew_places,
                       ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok, reasons_json, p_model, p_market, blended, origin, payload
                  FROM modeling.signals) t
            """)[0]
        return (try row.get("n"), try row.get("sum"))
    }

    /// Waits until `condition` holds.
    func wait(seconds: Double = 180, until condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failed(description: "nothing came of it within \(seconds) s")
    }

    /// Every message of a topic.
    func messages(_ topic: String, partitions: Int32) async throws -> [KafkaMessage] {
        let consumer = try await KafkaConsumer(Servers.stack.kafkaProperties.merging(["group.id": Servers.uniqueName("reader")]) { $1 })
        let places = (0..<partitions).map { TopicPartition(prefix + topic, $0) }
        var expected: Int64 = 0
        for place in places { expected += try await consumer.watermarks(place).high }
        try await consumer.assign(Dictionary(uniqueKeysWithValues: places.map { ($0, nil) }))
        var messages: [KafkaMessage] = []
        try await wait {
            messages += try await consumer.poll(limit: 1000, timeout: .milliseconds(200))
            return messages.count >= expected
        }
        try await consumer.close()
        return messages
    }
}
