import Dispatch
import Foundation

/// The Python interpreter and reference libraries that `./setup --reference` installs.
public enum Python {
    // Symbolic links are not resolved: Python finds its virtual environment by the path of the link.
    public static let executable = PackageRoot.path + "/.deps/reference/bin/python"
    /// Evidently needs older libraries than the others, so it has an environment of its own.
    public static let evidently = PackageRoot.path + "/.deps/evidently/bin/python"
    public static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }
    public static var hasEvidently: Bool { FileManager.default.isExecutableFile(atPath: evidently) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// Runs a script and returns its standard output.
    ///
    /// Waits on a Dispatch thread, because a blocked thread of Swift's cooperative pool would stall other tests.
    ///
    /// - Throws: `Failed` if the script exits with an error, with the end of its standard error.
    public static func run(
        _ script: String,
        _ arguments: String...,
        with interpreter: String = executable
    ) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runBlocking(interpreter, script, arguments) })
            }
        }
    }

    private static func runBlocking(_ interpreter: String, _ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: interpreter)
        process.arguments = ["-c", script] + arguments
        let folder = NSTemporaryDirectory() + "python-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Files rather than pipes: with two pipes read in turn, the unread one can fill up and block the script.
        for name in ["output", "errors"] { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        process.standardOutput = FileHandle(forWritingAtPath: folder + "/output")
        process.standardError = FileHandle(forWritingAtPath: folder + "/errors")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let errors = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
            throw Failed(description: "python exited with status \(process.terminationStatus): \(errors.suffix(800))")
        }
        return try String(contentsOfFile: folder + "/output", encoding: .utf8)
    }
}
