/// The layout of `config/staking.yaml`.
struct StakingPolicyDocument: Decodable {
    struct Odds: Decodable { let minimum, maximum: Double }
    struct Band: Decodable {
        let oddsBelow: Double?
        let minimumEdge, minimumEV: Double
        enum CodingKeys: String, CodingKey {
            case oddsBelow = "odds_below"
            case minimumEdge = "minimum_edge"
            case minimumEV = "minimum_ev_units"
        }
    }
    struct Caps: Decodable {
        let bet, race, day, stopLoss: Double
        let betsPerRace: Int
        enum CodingKeys: String, CodingKey {
            case bet, race, day
            case stopLoss = "day_stop_loss"
            case betsPerRace = "bets_per_race"
        }
    }
    struct Market: Decodable {
        let minimumVolume, maximumPriceAge, maximumBook: Double
        enum CodingKeys: String, CodingKey {
            case minimumVolume = "minimum_volume"
            case maximumPriceAge = "maximum_price_age"
            case maximumBook = "maximum_book"
        }
    }
    struct Source: Decodable {
        let kind: String
        let commission: Double
    }
    let bankrollUnits, kellyFraction: Double
    let odds: Odds
    let bands: [Band]
    let caps: Caps
    let market: Market
    let sources: [String: Source]
    enum CodingKeys: String, CodingKey {
        case odds, bands, caps, market, sources
        case bankrollUnits = "bankroll_units"
        case kellyFraction = "kelly_fraction"
    }

    /// The accepted keys by section; "" is the top level.
    private static let keys: [String: Set<String>] = [
        "": ["bankroll_units", "kelly_fraction", "odds", "bands", "caps", "market", "sources"],
        "odds": ["minimum", "maximum"],
        "bands": ["odds_below", "minimum_edge", "minimum_ev_units"],
        "caps": ["bet", "race", "day", "day_stop_loss", "bets_per_race"],
        "market": ["minimum_volume", "maximum_price_age", "maximum_book"],
        "sources": ["kind", "commission"],
    ]

    /// Rejects keys that decoding would ignore, such as misspelled ones.
    ///
    /// - Throws: `BettingError` naming the key and the accepted ones.
    static func rejectUnknownKeys(_ document: [String: Any]) throws(BettingError) {
        func check(_ section: String, _ found: some Sequence<String>) throws(BettingError) {
            let accepted = keys[section] ?? []
            guard let unknown = found.filter({ !accepted.contains($0) }).min() else { return }
            let path = section.isEmpty ? unknown : "\(section).\(unknown)"
            throw BettingError("unknown key \"\(path)\", must be one of \(accepted.sorted().joined(separator: ", "))")
        }
        try check("", document.keys)
        for section in ["odds", "caps", "market"] {
            try check(section, (document[section] as? [String: Any] ?? [:]).keys)
        }
        for band in document["bands"] as? [[String: Any]] ?? [] { try check("bands", band.keys) }
        for source in (document["sources"] as? [String: Any] ?? [:]).values {
            try check("sources", (source as? [String: Any] ?? [:]).keys)
        }
    }

    /// Describes a decoding error by the path of its key.
    static func describe(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error {
        case .keyNotFound(let key, let context):
            "\(([path(context), key.stringValue].filter { !$0.isEmpty }).joined(separator: ".")) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context)) has a value of the wrong type: \(context.debugDescription)"
        case .dataCorrupted(let context):
            "\(path(context)) \(context.debugDescription)\(context.underlyingError.map { ": \($0)" } ?? "")"
        @unknown default: "\(error)"
        }
    }
}
