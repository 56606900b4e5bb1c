/// The quality of a race.
public enum RaceClass {
    private static let classBonuses: [(name: String, pounds: Double)] = [
        ("class 1", 5), ("class 2", 3), ("class 3", 2), ("class 4", 1), ("class 5", 0.5), ("class 6", 0),
        ("class 7", 0),
    ]

    /// Hong Kong's own classes. The Classic series for four-year-olds ranks between Group 2 and Group 3. Griffin and
    /// restricted races are for young horses and rank near Class 4.
    private static let hongKongBonuses: [String: Double] = ["4yo": 4, "griffin": 1, "restricted": 1]

    /// Returns the class bonus of the performance rating, in pounds above the lowest class.
    ///
    /// - Parameters:
    ///   - pattern: Such as "Group 1", "Grade 2", "Listed" or "HK Group 3". Takes precedence over the class.
    ///   - raceClass: "Class 1" to "Class 7". A qualifier in parentheses is ignored.
    /// - Returns: `nil` if neither is known.
    public static func bonus(pattern: String?, raceClass: String?) -> Double? {
        for text in [pattern, raceClass].compactMap({ $0?.lowercased() }) {
            if text.contains("group 1") || text.contains("grade 1") { return 8 }
            if text.contains("group 2") || text.contains("grade 2") { return 6 }
            if text.contains("group 3") || text.contains("grade 3") { return 4 }
            if text.contains("listed") { return 3 }
        }
        guard let text = raceClass?.lowercased() else { return nil }
        if let entry = classBonuses.first(where: { text.hasPrefix($0.name) }) { return entry.pounds }
        return hongKongBonuses[text]
    }
}
