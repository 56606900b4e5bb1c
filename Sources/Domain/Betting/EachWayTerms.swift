/// The terms of an each-way bet.
public struct EachWayTerms: Sendable, Hashable, Codable {
    /// The number of places paid.
    public let places: Int
    /// The fraction of the win odds, stake excluded, that a place pays.
    public let fraction: Double

    public init(places: Int, fraction: Double) {
        self.places = places
        self.fraction = fraction
    }

    /// Returns the standard bookmaker terms (Tattersalls Rules on Betting, rule 6).
    ///
    /// - Parameters:
    ///   - runners: The number of runners; for settlement, the number of starters.
    ///   - isHandicap: Whether the race is a handicap.
    /// - Returns: `nil` for up to 4 runners, which are win only.
    public static func standard(runners: Int, isHandicap: Bool) -> EachWayTerms? {
        switch runners {
        case ..<5: nil
        case 5...7: EachWayTerms(places: 2, fraction: 1 / 4)
        case 16... where isHandicap: EachWayTerms(places: 4, fraction: 1 / 4)
        case 12... where isHandicap: EachWayTerms(places: 3, fraction: 1 / 4)
        default: EachWayTerms(places: 3, fraction: 1 / 5)
        }
    }
}
