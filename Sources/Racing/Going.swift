/// The state of the ground in bands from fast to slow, so that a course's scarce goings share a history.
public enum Going: UInt8, Sendable, CaseIterable {
    case fast = 0
    case good = 1
    case easy = 2
    case soft = 3
    case heavy = 4

    /// - Parameter declared: as published, in any case: "GOOD TO FIRM", "Wet Slow", "Standard".
    /// - Returns: nil where it is missing or not a going.
    public init?(declared: String?) {
        guard let words = declared?.uppercased().split(whereSeparator: { !$0.isLetter }).map(String.init), !words.isEmpty else { return nil }
        switch words.joined(separator: " ") {
        case "FIRM", "HARD", "GOOD TO FIRM", "FAST", "STANDARD TO FAST": self = .fast
        case "GOOD", "STANDARD", "SEALED", "GOOD TO STANDARD": self = .good
        case "GOOD TO SOFT", "GOOD TO YIELDING", "WET FAST", "STANDARD TO SLOW": self = .easy
        case "SOFT", "YIELDING", "YIELDING TO SOFT", "SOFT TO YIELDING", "WET SLOW", "SLOW", "VERY SOFT", "MUDDY", "SLOPPY": self = .soft
        case "HEAVY", "SOFT TO HEAVY", "HEAVY TO SOFT", "HOLDING": self = .heavy
        default: return nil
        }
    }
}

/// What is run on.
public enum Surface: UInt8, Sendable {
    case turf = 0
    case allWeather = 1
    case dirt = 2

    public init?(declared: String?) {
        switch declared?.uppercased() {
        case "TURF", "T": self = .turf
        case "AWT", "AW", "ALL WEATHER", "ALL-WEATHER", "POLYTRACK", "TAPETA", "FIBRESAND": self = .allWeather
        case "DIRT", "D": self = .dirt
        default: return nil
        }
    }
}
