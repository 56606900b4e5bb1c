import Foundation
import ModelingStore
import Postgres

/// The workers that a command waits for.
///
/// Those that are not running are started for the command, at first and whenever the last one of a kind has died: a
/// command whose workers are gone would wait for ever.
actor NeededWorkers {
    private let workers: [String]
    private let pool: PostgresPool
    private let logs: String
    private var started: [LocalFleet] = []
    /// When each worker that was not started here was last seen alive.
    private var aliveAt: [String: ContinuousClock.Instant]
    private var nextRead = ContinuousClock.now

    /// The time between two reads of the heartbeats.
    private static let interval = Duration.seconds(5)
    /// How long a worker may be missing: a restart takes a moment.
    private static let patience = Duration.seconds(10)

    /// - Parameter logs: the folder that workers started here write their logs to.
    init(_ workers: [String], _ pool: PostgresPool, logs: String) {
        self.workers = workers
        self.pool = pool
        self.logs = logs
        aliveAt = Dictionary(uniqueKeysWithValues: Set(workers).map { ($0, .now) })
    }

    /// Starts the workers of which none is running.
    func start() async throws {
        let alive = try await read()
        try start(workers.filter { alive[$0] == nil }, because: "running")
    }

    /// - Throws: `CommandError` if a worker that was started here has stopped.
    func check() async throws {
        for fleet in started { try fleet.check() }
        guard ContinuousClock.now >= nextRead, !aliveAt.isEmpty else { return }
        let alive = try await read()
        for worker in alive.keys where aliveAt[worker] != nil { aliveAt[worker] = .now }
        try start(
            workers.filter { worker in aliveAt[worker].map { ContinuousClock.now - $0 > Self.patience } ?? false },
            because: "running any more"
        )
    }

    func stop() async {
        for fleet in started { await fleet.stop() }
    }

    private func read() async throws -> [String: Int] {
        defer { nextRead = .now + Self.interval }
        return try await pool.withConnection { try await WorkerStore.readAlive($0) }
    }

    private func start(_ missing: [String], because state: String) throws {
        guard !missing.isEmpty else { return }
        let names = missing.joined(separator: ", ")
        Console.note(
            missing.count == 1
                ? "no \(names) is \(state): starting one for this run"
                : "no \(names) are \(state): starting one of each for this run"
        )
        started.append(try LocalFleet(missing, logs: logs))
        for worker in missing { aliveAt[worker] = nil }
    }
}
