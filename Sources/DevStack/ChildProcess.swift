import Foundation
import Synchronization

/// A program started by this one, which ends with it: the child's standard input is a pipe from here, and a child that honours it stops at
/// its end, even after a `kill -9` of the parent.
///
/// `@unchecked Sendable`: `Process` is touched by `init`, and afterwards only through calls that Foundation serialises itself.
public final class ChildProcess: @unchecked Sendable {
    private let process = Process()
    private let leash = Pipe()
    private let exited: Exit
    public let name: String

    /// - Parameters:
    ///   - output: the file that standard output and error are appended to; nil discards them.
    ///   - onLine: called for each line of standard output instead.
    public init(
        _ executable: String, _ arguments: [String], environment: [String: String]? = nil, output: String? = nil, directory: String? = nil
    ) throws(DevStackError) {
        name = (executable as NSString).lastPathComponent
        guard FileManager.default.isExecutableFile(atPath: executable) else { throw DevStackError("no executable \(executable)") }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = leash
        let sink: FileHandle
        if let output {
            if !FileManager.default.fileExists(atPath: output) { _ = FileManager.default.createFile(atPath: output, contents: nil) }
            guard let file = FileHandle(forWritingAtPath: output) else { throw DevStackError("cannot write \(output)") }
            _ = try? file.seekToEnd()
            sink = file
        } else {
            sink = .nullDevice
        }
        process.standardOutput = sink
        process.standardError = sink
        let exited = Exit()
        self.exited = exited
        process.terminationHandler = { process in
            exited.finish(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
        }
        do { try process.run() } catch { throw DevStackError("cannot start \(executable): \(error.localizedDescription)") }
    }

    /// Nobody holds it any more: it is let go, and a child that honours its leash stops.
    deinit { release() }

    public var pid: Int32 { process.processIdentifier }
    public var isRunning: Bool { exited.status == nil }
    /// The exit code; negative: the signal that ended it; nil: it still runs.
    public var exitStatus: Int32? { exited.status }

    public func send(_ signal: Int32) { if isRunning { kill(pid, signal) } }

    /// Closes the child's standard input.
    public func release() { try? leash.fileHandleForWriting.close() }

    /// - Returns: the exit code, or minus the signal.
    @discardableResult
    public func wait() async -> Int32 { await exited.wait() }

    /// Asks it to stop and waits; kills it after `grace`.
    @discardableResult
    public func stop(_ signal: Int32 = SIGTERM, grace: Duration = .seconds(20)) async -> Int32 {
        send(signal)
        let killer = Task {
            try await Task.sleep(for: grace)
            send(SIGKILL)
        }
        defer { killer.cancel() }
        return await wait()
    }

    private final class Exit: Sendable {
        private let state = Mutex<(status: Int32?, waiting: [CheckedContinuation<Int32, Never>])>((nil, []))

        var status: Int32? { state.withLock { $0.status } }

        func finish(_ status: Int32) {
            let waiting = state.withLock { state in
                defer { state = (status, []) }
                return state.waiting
            }
            waiting.forEach { $0.resume(returning: status) }
        }

        func wait() async -> Int32 {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state -> Int32? in
                    if state.status == nil { state.waiting.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }
    }
}
