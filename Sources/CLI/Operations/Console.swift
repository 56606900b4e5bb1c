import CanonicalForm
import Foundation

/// The command line's output: results go to standard output, everything else to standard error.
public enum Console {
    public static func print(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    public static func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    public static func json(_ value: some Encodable) throws { print(try CanonicalJSON.text(value, isPretty: true)) }

    /// Who runs the command, for the record of what it changed.
    public static var operatorName: String { ProcessInfo.processInfo.environment["USER"] ?? "giddyup" }

    /// Whether standard error is a terminal.
    public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// The width of the terminal; `nil` if standard output is not a terminal.
    public static var columns: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Whether standard output takes colours (no-color.org).
    public static var hasColours: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}
