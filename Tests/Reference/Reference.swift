import Dispatch
import Foundation

/// Python with the libraries that tests compare with, where `./setup --reference` has put it.
public enum Python {
    // not standardised, which would follow the link out of the environment
    public static let python =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        + "/.deps/reference/bin/python"
    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// Runs a script and returns what it printed. It waits on a thread of its own: tests share a few, and a blocked one stops them all.
    public static func run(_ script: String, _ arguments: String...) async throws -> String {
        try await withCheckedThrowingContinuation { done in
            DispatchQueue.global().async { done.resume(with: Result { try wait(script, arguments) }) }
        }
    }

    private static func wait(_ script: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script] + arguments
        let folder = NSTemporaryDirectory() + "python-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // into files: of two pipes, the one that is not being read may fill up
        for name in ["output", "errors"] { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        process.standardOutput = FileHandle(forWritingAtPath: folder + "/output")
        process.standardError = FileHandle(forWritingAtPath: folder + "/errors")
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let complaint = try String(contentsOfFile: folder + "/errors", encoding: .utf8)
            throw Failed(description: "python ended with \(process.terminationStatus): \(complaint.suffix(800))")
        }
        return try String(contentsOfFile: folder + "/output", encoding: .utf8)
    }
}
