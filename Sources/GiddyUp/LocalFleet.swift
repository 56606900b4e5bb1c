import DevStack
import Foundation
import ModelingStore
import Postgres

/// Worker processes started by the command line, for as long as it runs.
final class LocalFleet: Sendable {
    let processes: [ChildProcess]
    let logs: String

    /// - Parameters:
    ///   - environment: over this process's own.
    ///   - logs: a folder; each process writes a file there.
    init(_ workers: [String], environment: [String: String] = [:], logs: String) throws {
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        var merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        merged["GIDDYUP_LEASH"] = "stdin"
        merged["ADMIN_PORT"] = nil
        // libgomp's threads spin while they wait, which beside other processes on the same cores takes many times as long
        merged["OMP_WAIT_POLICY"] = merged["OMP_WAIT_POLICY"] ?? "passive"
        self.logs = logs
        var counts: [String: Int] = [:]
        processes = try workers.map { worker in
            counts[worker, default: 0] += 1
            let suffix = (counts[worker] ?? 1) > 1 ? "-\(counts[worker] ?? 1)" : ""
            return try ChildProcess(DevStack.executable(worker), [], environment: merged, output: "\(logs)/\(worker)\(suffix).log")
        }
    }

    /// - Throws: `CommandError` with the last line of its log where a worker has stopped by itself.
    func check() throws(CommandError) {
        for process in processes {
            guard let status = process.exitStatus else { continue }
            let log = (try? String(contentsOfFile: "\(logs)/\(process.name).log", encoding: .utf8)) ?? ""
            throw CommandError("\(process.name) stopped with \(status): \(log.split(separator: "\n").last ?? "no log")")
        }
    }

    func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { await process.stop() } }
        }
    }

    /// Runs `body` with the workers it needs: those of the fleet where they are there, else its own, for as long as it takes.
    static func with<R: Sendable>(_ workers: [String], _ connection: Connection, _ body: (LocalFleet?) async throws -> R) async throws -> R {
        let alive = try await connection.pool.withConnection { try await WorkerRegister.alive($0) }
        let missing = workers.filter { alive[$0] == nil }
        guard !missing.isEmpty else { return try await body(nil) }
        Console.note(
            "no \(missing.joined(separator: ", ")) \(missing.count == 1 ? "is" : "are") running: starting \(missing.count == 1 ? "one" : "one of each") for this run"
        )
        let fleet = try LocalFleet(missing, logs: NSTemporaryDirectory() + "giddyup-logs-\(getpid())")
        do {
            let result = try await body(fleet)
            await fleet.stop()
            try? FileManager.default.removeItem(atPath: fleet.logs)
            return result
        } catch {
            await fleet.stop()
            throw error
        }
    }
}
