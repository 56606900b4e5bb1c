/// How many places an each-way bet pays, and at what fraction of the win odds less one.
public struct EachWayTerms: Sendable, Hashable, Codable {
    public let places: Int
    public let fraction: Double

    public init(places: Int, fraction: Double) {
        self.places = places
        self.fraction = fraction
    }

    /// The bookmakers' usual terms (Tattersalls Rules on Betting, rule 6), for the number of runners at the time.
    ///
    /// - Returns: nil up to 4 runners: win only.
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
