import Foundation

/// Stops a child process when its parent exits: the child's side of `ChildProcess`.
public enum ParentWatch {
    /// The environment variable that turns the watch on; its only value is `stdin`.
    public static let variable = "GIDDYUP_PARENT_WATCH"

    /// Starts the watch if the environment asks for it.
    public static func startIfRequested(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if environment[variable] == "stdin" { start() }
    }

    /// Sends this process SIGTERM when its standard input reaches end of file.
    public static func start() {
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 256)
            while read(0, &buffer, buffer.count) > 0 {}
            kill(getpid(), SIGTERM)
        }
        thread.name = "parent watch"
        thread.start()
    }
}
