/// How good a race is, in pounds: what a performance in it is worth over one in the lowest class.
public enum RaceClass {
    /// The class bonus of the performance rating.
    ///
    /// - Parameters:
    ///   - pattern: "Group 1", "Grade 2", "Listed", "HK Group 3"; it goes before the class.
    ///   - raceClass: "Class 1" to "Class 7"; qualifiers in brackets do not count.
    /// - Returns: nil where neither says anything.
    public static func bonus(pattern: String?, raceClass: String?) -> Double? {
        for text in [pattern, raceClass].compactMap({ $0?.lowercased() }) {
            if text.contains("group 1") || text.contains("grade 1") { return 8 }
            if text.contains("group 2") || text.contains("grade 2") { return 6 }
            if text.contains("group 3") || text.contains("grade 3") { return 4 }
            if text.contains("listed") { return 3 }
        }
        guard let text = raceClass?.lowercased() else { return nil }
        let bonuses: [(String, Double)] = [
            ("class 1", 5), ("class 2", 3), ("class 3", 2), ("class 4", 1), ("class 5", 0.5), ("class 6", 0), ("class 7", 0),
        ]
        if let bonus = bonuses.first(where: { text.hasPrefix($0.0) })?.1 { return bonus }
        // Hong Kong's own: the Classic series is between Group 2 and 3; griffins and restricted races are for young horses, near Class 4
        return ["4yo": 4, "griffin": 1, "restricted": 1][text]
    }
}

/// The measures that depend on the distance.
public enum Distance {
    public static let metresPerFurlong = 201.168

    /// Pounds per length, by furlongs.
    public static func poundsPerLength(furlongs: Double) -> Double {
        switch furlongs {
        case ..<5: 4.0
        case ..<6.5: 3.8
        case ..<9.5: 3.0
        case ..<12.5: 2.5
        default: 2.0
        }
    }

    /// Seven bands for a horse's record at about this distance: up to 5.5 furlongs, 6.5, 7.5, 8.5, 9.5, 12, and beyond.
    public static func band(furlongs: Double) -> UInt8 {
        UInt8([5.5, 6.5, 7.5, 8.5, 9.5, 12].count { furlongs > $0 })
    }
}

/// What the horse wears, as declared.
public enum Headgear {
    /// What a declaration says.
    public struct Worn: Sendable, Equatable {
        public let isAny: Bool
        public let isFirstTime: Bool

        public init(_ declared: String?) {
            isAny = Headgear.isWorn(declared)
            isFirstTime = Headgear.isFirstTime(declared)
        }
    }

    /// Whether anything new is worn: a trailing 1 in Hong Kong's codes ("B1/TT"), or British "b1", "v1t".
    public static func isFirstTime(_ declared: String?) -> Bool { declared?.contains("1") ?? false }
    public static func isWorn(_ declared: String?) -> Bool {
        guard let declared else { return false }
        return declared.split(separator: "/").contains { !$0.hasSuffix("-") && !$0.isEmpty }
    }
}
