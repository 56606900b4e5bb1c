import Foundation

/// The reasons of a signal, shortened to one line.
public struct SignalWords: Sendable {
    /// The part of `reasons_json` that the line shows.
    private struct Reasons: Decodable {
        struct Contribution: Decodable {
            let words: String
            /// On the scale of the model's score. A positive value speaks for the runner.
            let push: Double
        }
        let gates: [String]
        let missing: [String]
        let why: [Contribution]?
    }

    /// The two largest contributions, the gates of a staked signal, or what was not known; empty if the reasons cannot
    /// be read.
    public let line: String

    /// - Parameters:
    ///   - reasonsJSON: the content of `modeling.signals.reasons_json`.
    ///   - stake: the advised stake in units.
    public init(reasonsJSON: String, stake: Double) {
        guard let reasons = try? JSONDecoder().decode(Reasons.self, from: Data(reasonsJSON.utf8)) else {
            line = ""
            return
        }
        var parts = (reasons.why ?? []).prefix(2).map { "\($0.push > 0 ? "+" : "-") \($0.words)" }
        let isExplained = !parts.isEmpty
        if stake > 0 || !isExplained { parts += reasons.gates }
        if !isExplained { parts += reasons.missing }
        line = parts.joined(separator: "; ")
    }
}
