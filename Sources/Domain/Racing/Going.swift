/// The state of the ground, in five bands from fast to slow.
///
/// A course has few races on each published going; a band pools the history of similar ones.
public enum Going: UInt8, Sendable, CaseIterable {
    case fast = 0
    case good = 1
    case easy = 2
    case soft = 3
    case heavy = 4

    /// Parses a declared going.
    ///
    /// - Parameter declared: The going as published, in any case, such as "GOOD TO FIRM", "Wet Slow" or "Standard".
    /// - Returns: `nil` if the text is missing or not a known going.
    public init?(declared: String?) {
        guard let words = declared?.uppercased().split(whereSeparator: { !$0.isLetter }).map(String.init),
            !words.isEmpty
        else { return nil }
        switch words.joined(separator: " ") {
        case "FIRM", "HARD", "GOOD TO FIRM", "FAST", "STANDARD TO FAST": self = .fast
        case "GOOD", "STANDARD", "SEALED", "GOOD TO STANDARD": self = .good
        case "GOOD TO SOFT", "GOOD TO YIELDING", "WET FAST", "STANDARD TO SLOW": self = .easy
        case "SOFT", "YIELDING", "YIELDING TO SOFT", "SOFT TO YIELDING", "WET SLOW", "SLOW", "VERY SOFT", "MUDDY",
            "SLOPPY":
            self = .soft
        case "HEAVY", "SOFT TO HEAVY", "HEAVY TO SOFT", "HOLDING": self = .heavy
        default: return nil
        }
    }
}
