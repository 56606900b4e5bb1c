import Foundation
import Yams

extension StakingPolicy {
    /// Reads and validates a policy from a YAML file.
    ///
    /// - Throws: `BettingError` naming the file, the key and the accepted values.
    public init(file path: String) throws(BettingError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw BettingError("cannot read the staking policy \(path)")
        }
        do {
            self = try Self.parse(text)
        } catch let error as DecodingError {
            throw BettingError("\(path): \(StakingPolicyDocument.describe(error))")
        } catch {
            throw BettingError("\(path): \(error)")
        }
    }

    static func parse(_ text: String) throws -> StakingPolicy {
        let document = try YAMLDecoder().decode(StakingPolicyDocument.self, from: text)
        try StakingPolicyDocument.rejectUnknownKeys(try Yams.load(yaml: text) as? [String: Any] ?? [:])
        var policy = StakingPolicy()
        policy.bankrollUnits = document.bankrollUnits
        policy.kellyFraction = document.kellyFraction
        policy.minimumOdds = document.odds.minimum
        policy.maximumOdds = document.odds.maximum
        policy.bands = document.bands.map {
            StakingPolicy.Band(oddsBelow: $0.oddsBelow, minimumEdge: $0.minimumEdge, minimumEV: $0.minimumEV)
        }
        policy.maximumPerBet = document.caps.bet
        policy.maximumPerRace = document.caps.race
        policy.maximumPerDay = document.caps.day
        policy.dailyStopLoss = document.caps.stopLoss
        policy.maximumBetsPerRace = document.caps.betsPerRace
        policy.minimumVolume = document.market.minimumVolume
        policy.maximumPriceAge = document.market.maximumPriceAge
        policy.maximumBook = document.market.maximumBook
        for (name, source) in document.sources {
            guard let kind = StakingPolicy.Source.Kind(rawValue: source.kind) else {
                throw BettingError("sources.\(name).kind is \"\(source.kind)\", must be exchange or bookmaker")
            }
            policy.sources[name] = StakingPolicy.Source(kind: kind, commission: source.commission)
        }
        guard let defaultSource = policy.sources.removeValue(forKey: "default") else {
            throw BettingError("sources.default is missing: it applies to sources that are not listed")
        }
        policy.defaultSource = defaultSource
        try policy.check()
        return policy
    }
}
