import ChildProcesses
import DevStack
import Foundation
import ModelingStore
import Postgres

/// Worker processes that a command starts and stops.
public final class LocalFleet: Sendable {
    private let processes: [ChildProcess]
    private let logs: String

    /// - Parameters:
    ///   - environment: overrides this process's own.
    ///   - logs: the folder that each process writes its log to.
    public init(_ workers: [String], environment: [String: String] = [:], logs: String) throws {
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        var merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        merged[ParentWatch.variable] = "stdin"
        merged["ADMIN_PORT"] = nil
        // libgomp's threads spin while they wait, which slows down every other process on the same cores.
        merged["OMP_WAIT_POLICY"] = merged["OMP_WAIT_POLICY"] ?? "passive"
        self.logs = logs
        var counts: [String: Int] = [:]
        processes = try workers.map { worker in
            let number = counts[worker, default: 0] + 1
            counts[worker] = number
            let suffix = number > 1 ? "-\(number)" : ""
            return try ChildProcess(
                DevStack.executable(worker),
                [],
                environment: merged,
                output: "\(logs)/\(worker)\(suffix).log"
            )
        }
    }

    /// - Throws: `CommandError` with the last line of its log, if a worker has stopped.
    public func check() throws(CommandError) {
        for process in processes {
            guard let status = process.exitStatus else { continue }
            let log = (try? String(contentsOfFile: "\(logs)/\(process.name).log", encoding: .utf8)) ?? ""
            let lastLine = log.split(separator: "\n").last ?? "no log"
            throw CommandError("\(process.name) stopped with exit code \(status): \(lastLine)")
        }
    }

    public func stop() async {
        await withTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { await process.stop() } }
        }
    }

    /// The workers of which none is running.
    public static func missing(_ workers: [String], _ context: CommandContext) async throws -> [String] {
        let running = try await context.pool.withConnection { try await WorkerStore.readAlive($0) }
        return workers.filter { running[$0] == nil }
    }

    /// Runs `body` while the workers that it needs are running. Those that are missing are started for that time.
    ///
    /// - Parameter body: receives a function to call while it waits. It starts a worker in place of one that has died,
    ///   and throws if one that was started here has stopped.
    public static func with<R: Sendable>(
        _ workers: [String],
        _ context: CommandContext,
        _ body: (_ check: () async throws -> Void) async throws -> R
    ) async throws -> R {
        let logs = NSTemporaryDirectory() + "giddyup-logs-\(getpid())"
        let needed = NeededWorkers(workers, context.retryingPool, logs: logs)
        try await needed.start()
        do {
            let result = try await body(needed.check)
            await needed.stop()
            try? FileManager.default.removeItem(atPath: logs)
            return result
        } catch {
            await needed.stop()
            throw error
        }
    }
}
