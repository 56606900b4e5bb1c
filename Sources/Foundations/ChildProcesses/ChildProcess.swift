import Foundation
import Synchronization

/// A child process that does not outlive its parent.
///
/// The child's standard input is a pipe that the parent holds open. A child that runs `ParentWatch` stops when the pipe
/// closes, even if the parent was killed with SIGKILL.
///
/// `@unchecked Sendable`: after `init`, `Process` is used only through calls that Foundation serialises.
public final class ChildProcess: @unchecked Sendable {
    private let process = Process()
    private let inputPipe = Pipe()
    private let exit: Exit
    public let name: String

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - executable: the path of the executable.
    ///   - environment: `nil` inherits the parent's.
    ///   - output: the file that standard output and error are appended to; `nil` discards them.
    ///   - directory: the working directory; `nil` inherits the parent's.
    /// - Throws: `ChildProcessError` if the executable is missing, `output` is not writable, or the start fails.
    public init(
        _ executable: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        output: String? = nil,
        directory: String? = nil
    ) throws(ChildProcessError) {
        name = (executable as NSString).lastPathComponent
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw ChildProcessError("\(executable) does not exist or is not executable")
        }
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.standardInput = inputPipe
        let outputHandle: FileHandle
        if let output {
            // Several processes may write to one file: without O_APPEND they would overwrite each other's lines.
            let descriptor = open(output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw ChildProcessError("cannot write \(output): \(String(cString: strerror(errno)))")
            }
            outputHandle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        } else {
            outputHandle = .nullDevice
        }
        process.standardOutput = outputHandle
        process.standardError = outputHandle
        let exit = Exit()
        self.exit = exit
        process.terminationHandler = { process in
            exit.finish(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
        }
        do { try process.run() } catch {
            throw ChildProcessError("cannot start \(executable): \(error.localizedDescription)")
        }
    }

    deinit { release() }

    public var pid: Int32 { process.processIdentifier }
    public var isRunning: Bool { exit.status == nil }
    /// The exit code, or minus the number of the signal that ended the process; `nil` while it runs.
    public var exitStatus: Int32? { exit.status }

    /// Sends a signal, if the process is running.
    public func send(_ signal: Int32) { if isRunning { kill(pid, signal) } }

    /// Closes the child's standard input. A child that runs `ParentWatch` then stops.
    public func release() { try? inputPipe.fileHandleForWriting.close() }

    /// Waits for the process to exit.
    ///
    /// - Returns: the value of `exitStatus`.
    @discardableResult
    public func wait() async -> Int32 { await exit.wait() }

    /// Sends `signal` and waits for the process to exit; sends SIGKILL after `grace`.
    ///
    /// - Returns: the value of `exitStatus`.
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
        private let state = Mutex<(status: Int32?, waiters: [CheckedContinuation<Int32, Never>])>((nil, []))

        var status: Int32? { state.withLock { $0.status } }

        func finish(_ status: Int32) {
            let waiters = state.withLock { state in
                defer { state = (status, []) }
                return state.waiters
            }
            waiters.forEach { $0.resume(returning: status) }
        }

        func wait() async -> Int32 {
            await withCheckedContinuation { continuation in
                let status = state.withLock { state -> Int32? in
                    if state.status == nil { state.waiters.append(continuation) }
                    return state.status
                }
                if let status { continuation.resume(returning: status) }
            }
        }
    }
}
