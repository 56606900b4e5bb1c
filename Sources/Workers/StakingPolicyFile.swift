import Betting
import Fleet
import Foundation
import Yams

/// `config/staking.yaml`, or the file that `STAKING_POLICY` names.
public enum StakingPolicyFile {
    private struct Document: Decodable {
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
    }

    /// What may stand where; a key that is not known is a mistake, not something to pass over.
    private static let keys: [String: Set<String>] = [
        "": ["bankroll_units", "kelly_fraction", "odds", "bands", "caps", "market", "sources"], "odds": ["minimum", "maximum"],
        "bands": ["odds_below", "minimum_edge", "minimum_ev_units"], "caps": ["bet", "race", "day", "day_stop_loss", "bets_per_race"],
        "market": ["minimum_volume", "maximum_price_age", "maximum_book"], "sources": ["kind", "commission"],
    ]

    /// - Throws: `ConfigurationError` that names the file, the key and what would be right.
    public static func read(_ path: String? = ProcessInfo.processInfo.environment["STAKING_POLICY"]) throws(ConfigurationError) -> StakingPolicy {
        let path = if let path, !path.isEmpty { path } else { try ProjectFiles.locate("config/staking.yaml") }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError("the staking policy \(path) cannot be read")
        }
        do { return try parse(text) } catch let error as DecodingError {
            throw ConfigurationError("\(path): \(describe(error))")
        } catch { throw ConfigurationError("\(path): \(error)") }
    }

    static func parse(_ text: String) throws -> StakingPolicy {
        let document = try YAMLDecoder().decode(Document.self, from: text)
        try refuseUnknown(try Yams.load(yaml: text) as? [String: Any] ?? [:])
        var policy = StakingPolicy()
        (policy.bankrollUnits, policy.kellyFraction) = (document.bankrollUnits, document.kellyFraction)
        (policy.minimumOdds, policy.maximumOdds) = (document.odds.minimum, document.odds.maximum)
        policy.bands = document.bands.map {
            StakingPolicy.Band(oddsBelow: $0.oddsBelow, minimumEdge: $0.minimumEdge, minimumEV: $0.minimumEV)
        }
        (policy.maximumPerBet, policy.maximumPerRace, policy.maximumPerDay) = (document.caps.bet, document.caps.race, document.caps.day)
        (policy.dailyStopLoss, policy.maximumBetsPerRace) = (document.caps.stopLoss, document.caps.betsPerRace)
        (policy.minimumVolume, policy.maximumPriceAge) = (document.market.minimumVolume, document.market.maximumPriceAge)
        policy.maximumBook = document.market.maximumBook
        for (name, source) in document.sources {
            guard let kind = StakingPolicy.Source.Kind(rawValue: source.kind) else {
                throw BettingError("sources.\(name).kind is \"\(source.kind)\": exchange or bookmaker")
            }
            policy.sources[name] = StakingPolicy.Source(kind: kind, commission: source.commission)
        }
        guard let standard = policy.sources.removeValue(forKey: "default") else {
            throw BettingError("sources.default is missing: what holds for a source that is not named")
        }
        policy.defaultSource = standard
        try policy.check()
        return policy
    }

    private static func refuseUnknown(_ document: [String: Any]) throws(BettingError) {
        func check(_ section: String, _ found: some Sequence<String>) throws(BettingError) {
            let known = keys[section] ?? []
            guard let odd = found.filter({ !known.contains($0) }).min() else { return }
            throw BettingError(
                "\"\(section.isEmpty ? "" : section + ".")\(odd)\" is not a setting: \(known.sorted().joined(separator: ", "))")
        }
        try check("", document.keys)
        for section in ["odds", "caps", "market"] { try check(section, (document[section] as? [String: Any] ?? [:]).keys) }
        for band in document["bands"] as? [[String: Any]] ?? [] { try check("bands", band.keys) }
        for source in (document["sources"] as? [String: Any] ?? [:]).values { try check("sources", (source as? [String: Any] ?? [:]).keys) }
    }

    private static func describe(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case .keyNotFound(let key, let context): "\(([path(context), key.stringValue].filter { !$0.isEmpty }).joined(separator: ".")) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context)) has a value of the wrong kind: \(context.debugDescription)"
        case .dataCorrupted(let context): "\(path(context)) \(context.debugDescription)\(context.underlyingError.map { ": \($0)" } ?? "")"
        @unknown default: "\(error)"
        }
    }
}
