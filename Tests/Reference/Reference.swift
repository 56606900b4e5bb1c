import Foundation

/// Python with the libraries that tests compare with, where `./setup --reference` has put it.
public enum Python {
    // not standardised, which would follow the link out of the environment
    public static let python =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        + "/.deps/reference/bin/python"
    public static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

    public struct Failed: Error, CustomStringConvertible { public let description: String }

    /// Runs a script and returns what it printed.
    public static func run(_ script: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", script] + arguments
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(description: "python ended with \(process.terminationStatus): \(complaint.suffix(800))")
        }
        return text
    }
}
