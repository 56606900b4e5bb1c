import Foundation

/// The reasons of a signal, shortened to one line.
public struct SignalWords: Sendable {
    /// The part of `reasons_json` that the line shows.
    private struct Reasons: Decodable {
        struct Contribution: Decodable {
            let words: String
            /// The contribution on the scale of the model's score. Positive values favour the runner.
            let push: Double
        }
        let gates: [String]
        let missing: [String]
        let why: [Contribution]?
    }

    /// The two largest contributions, the gates of a staked signal, or the missing inputs; empty if the reasons cannot
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
