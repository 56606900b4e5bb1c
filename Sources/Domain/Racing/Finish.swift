/// The outcome of a race for one declared runner.
public enum Finish: Sendable, Hashable {
    /// The finishing position from 1. Runners in a dead heat share a position.
    case position(Int)
    /// Started without a finishing position: PU, DSQ, DNF and similar codes. Counts as a loss.
    case unplaced
    /// Started, and was out of the race by a mishap: F, UR, BD, SU, RO, CO, HR, REF, RR, LFT and similar codes. Counts
    /// as a loss, but says little about the horse's ability.
    case mishap
    /// Withdrawn before the off; not a starter.
    case withdrawn

    /// Parses a published finishing position.
    ///
    /// Unknown codes are an error, because a guess could add a non-runner to the field or drop a starter from it.
    ///
    /// - Parameter raw: The upstream `pos_raw`, such as "3", "5 DH", "PU" or "NR".
    /// - Throws: `RacingError` if the code is unknown.
    public init(_ raw: String) throws(RacingError) {
        let code = raw.trimmingPrefix { $0 == " " }.uppercased()
        let digits = code.prefix { $0.isNumber }
        if let position = Int(digits), position > 0, ["", " DH", "DH", "="].contains(code.dropFirst(digits.count)) {
            self = .position(position)
        } else if Self.mishapCodes.contains(code) {
            self = .mishap
        } else if Self.unplacedCodes.contains(code) {
            self = .unplaced
        } else if Self.withdrawnCodes.contains(code) {
            self = .withdrawn
        } else {
            throw RacingError("unknown finishing position \"\(raw)\": add its code to Finish")
        }
    }

    static let unplacedCodes: Set<String> = [
        "PU", "DSQ", "DISQ", "DNF",
        // Used by sources that publish only the winner.
        "LOST",
    ]
    /// Fell, unseated, brought down, slipped up, ran out, carried out, hit the rails, refused, left, took no part.
    static let mishapCodes: Set<String> = [
        "F", "FE", "FELL", "UR", "BD", "SU", "RO", "CO", "HR", "REF", "RR", "LFT", "TNP",
    ]
    /// The values of `pos_raw` that mark a withdrawn runner, in upper case.
    public static let withdrawnCodes: Set<String> = ["NR", "WV", "WV-A", "WX", "WX-A", "WXNR", "WD", "VOI", "VOID"]

    public var position: Int? { if case .position(let position) = self { position } else { nil } }
    public var isStarter: Bool { self != .withdrawn }
}
