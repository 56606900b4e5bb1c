/// The type of a bet.
public enum BetType: String, Sendable, Codable, CaseIterable {
    case win
    case eachWay = "ew"
    case place
}
