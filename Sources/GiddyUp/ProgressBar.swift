import Foundation
import Synchronization

/// A line on standard error that shows how far something is; silent where that is no terminal, but for its end.
final class ProgressBar: Sendable {
    private struct State {
        var drawnAt = Date.distantPast
        var label = ""
    }
    private let title: String
    private let started = Date()
    private let isTerminal = Console.isTerminal
    private let state = Mutex(State())

    init(_ title: String) { self.title = title }

    /// - Parameter share: 0 to 1.
    func update(_ share: Double, _ label: String = "") {
        let isDue = state.withLock { state in
            guard isTerminal, Date().timeIntervalSince(state.drawnAt) > 0.1 || label != state.label else { return false }
            state = State(drawnAt: Date(), label: label)
            return true
        }
        guard isDue else { return }
        let done = Int((min(max(share, 0), 1) * 30).rounded())
        let elapsed = Date().timeIntervalSince(started)
        let left = share > 0.02 ? " \(Self.time(elapsed / share * (1 - share))) left" : ""
        write(
            "\r\u{1B}[K\(title) [\(String(repeating: "█", count: done))\(String(repeating: "░", count: 30 - done))] \(Int(share * 100)) % \(label)\(left)"
        )
    }

    func finish(_ outcome: String) {
        write((isTerminal ? "\r\u{1B}[K" : "") + "\(title): \(outcome) (\(Self.time(Date().timeIntervalSince(started))))\n")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    static func time(_ seconds: Double) -> String {
        seconds < 60 ? String(format: "%.1f s", seconds) : "\(Int(seconds) / 60) min \(Int(seconds) % 60) s"
    }
}
