import Foundation
import Synchronization

/// Shows the progress of a command on standard error. If that is not a terminal, only the final line is printed.
public final class ProgressBar: Sendable {
    private struct State {
        var drawnAt = Date.distantPast
        var label = ""
    }

    private let title: String
    private let started = Date()
    private let isTerminal = Console.isTerminal
    private let state = Mutex(State())

    private static let width = 30
    private static let interval = 0.1
    private static let clearLine = "\r\u{1B}[K"

    public init(_ title: String) { self.title = title }

    /// Redraws the bar, at most every 0.1 seconds unless the label changes.
    ///
    /// - Parameter share: how much is done, 0 to 1.
    public func update(_ share: Double, _ label: String = "") {
        let isDue = state.withLock { state in
            let elapsed = Date().timeIntervalSince(state.drawnAt)
            guard isTerminal, elapsed > Self.interval || label != state.label else { return false }
            state = State(drawnAt: Date(), label: label)
            return true
        }
        guard isDue else { return }
        let done = Int((min(max(share, 0), 1) * Double(Self.width)).rounded())
        let bar = String(repeating: "█", count: done) + String(repeating: "░", count: Self.width - done)
        let elapsed = Date().timeIntervalSince(started)
        let left = share > 0.02 ? " \(Self.time(elapsed / share * (1 - share))) left" : ""
        write("\(Self.clearLine)\(title) [\(bar)] \(Int(share * 100)) % \(label)\(left)")
    }

    public func finish(_ outcome: String) {
        let elapsed = Self.time(Date().timeIntervalSince(started))
        write((isTerminal ? Self.clearLine : "") + "\(title): \(outcome) (\(elapsed))\n")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    private static func time(_ seconds: Double) -> String {
        seconds < 60 ? String(format: "%.1f s", seconds) : "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
}
