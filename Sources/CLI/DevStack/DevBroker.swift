import ChildProcesses
import Foundation

/// The development broker, in its own process so that other processes can reach it.
public final class DevBroker: Sendable {
    private let process: ChildProcess
    public let bootstrapServers: String
    /// The path of the control socket.
    public let control: String

    /// - Parameter executable: the path of `dev-broker`; by default next to the running program.
    public static func start(executable: String = DevStack.executable("dev-broker")) async throws -> DevBroker {
        let directory = NSTemporaryDirectory() + "giddyup-kafka-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let control = directory + "/control"
        let output = directory + "/output"
        let process = try ChildProcess(executable, ["--directory", directory], output: output)
        for _ in 0..<400 {
            let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("bootstrap.servers=") }) {
                return DevBroker(process, String(line.dropFirst("bootstrap.servers=".count)), control)
            }
            guard process.isRunning else { throw DevStackError("the dev broker stopped: \(text)") }
            try await Task.sleep(for: .milliseconds(25))
        }
        throw DevStackError("the dev broker did not start within 10 s")
    }

    private init(_ process: ChildProcess, _ bootstrapServers: String, _ control: String) {
        self.process = process
        self.bootstrapServers = bootstrapServers
        self.control = control
    }

    /// Sends a signal to the broker's process.
    public func send(_ signal: Int32) { process.send(signal) }

    public func stop() async {
        await process.stop()
    }
}
