/// How a declared runner's race ended.
public enum Finish: Sendable, Hashable {
    /// Placed 1, 2, 3 ...; a dead heat gives several runners the same position.
    case position(Int)
    /// Started and has no position: PU, F, UR, BD, RO, SU, REF, DSQ, DNF and their like. It ran and it lost.
    case unplaced
    /// Withdrawn before the off: not in the field.
    case withdrawn

    /// - Parameter raw: upstream's `pos_raw`, such as "3", "5 DH", "PU" or "NR".
    /// - Throws: `RacingError` for a code that is not known: guessing would move a runner in or out of the field.
    public init(_ raw: String) throws(RacingError) {
        let code = raw.trimmingPrefix { $0 == " " }.uppercased()
        let digits = code.prefix { $0.isNumber }
        if let position = Int(digits), position > 0, ["", " DH", "DH", "="].contains(code.dropFirst(digits.count)) {
            self = .position(position)
        } else if Self.unplacedCodes.contains(code) {
            self = .unplaced
        } else if Self.withdrawnCodes.contains(code) {
            self = .withdrawn
        } else {
            throw RacingError("\"\(raw)\" is not a position that is known")
        }
    }

    static let unplacedCodes: Set<String> = [
        "PU", "F", "FE", "FELL", "UR", "BD", "RO", "SU", "REF", "RR", "DSQ", "DISQ", "DNF", "LFT", "CO", "HR", "TNP",
        // sources that name the winner only
        "LOST",
    ]
    /// As `pos_raw` has them, upper case.
    public static let withdrawnCodes: Set<String> = ["NR", "WV", "WV-A", "WX", "WX-A", "WXNR", "WD", "VOI", "VOID"]

    public var position: Int? { if case .position(let position) = self { position } else { nil } }
    public var isStarter: Bool { self != .withdrawn }
}
