import ArgumentParser
import Foundation
import Operations

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write reports as self-contained HTML pages.",
        subcommands: [Model.self, Backtest.self, CLV.self, Drift.self]
    )

    /// Writes a page and prints its path.
    ///
    /// - Throws: `CommandError` if the page cannot be written. An existing file stays as it is.
    static func write(_ html: String, to path: String) throws(CommandError) {
        do { try Data(html.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw CommandError("cannot write \(path): \(error.localizedDescription)")
        }
        Console.print(path)
    }
}
