import Betting
import Foundation
import Racing

/// Whether a challenger may replace what is in production: it must be better on races after both models' training, by more than the paired standard
/// error, and its blend must not beat a closing price by more than anybody honestly does.
public struct ChallengerGate: Sendable, Codable, Equatable {
    /// Log losses of the two models alone, per race, nats, and by how much the challenger is better.
    public struct Comparison: Sendable, Codable, Equatable {
        public let champion: String
        public let races: Int
        public let championLoss: Double
        public let challengerLoss: Double
        public let gain: Double
        public let gainSE: Double
    }
    /// The blend against the closing price.
    public struct Closing: Sendable, Codable, Equatable {
        public let races: Int
        public let gain: Double
        public let gainSE: Double
    }

    public let from: CalendarDay
    public let through: CalendarDay
    /// nil where nothing is in production.
    public let comparison: Comparison?
    /// nil where the data has no closing price, or the challenger no blend for it.
    public let closing: Closing?

    /// A gain over a closing price that is believed.
    public static let believable = 0.02
    /// Fewer races say nothing.
    public static let fewest = 100

    /// - Parameters:
    ///   - window: races after the training of both; with odds at lead 0 where there are closing prices.
    ///   - Throws: `ModellingError` where a model was trained on other features than the window's.
    public init(challenger: ModelBundle, champion: ModelBundle?, window: TrainingSet, from first: CalendarDay, through last: CalendarDay) throws {
        for bundle in [challenger, champion].compactMap(\.self) where !window.races.isEmpty && bundle.featureSetHash != window.featureSetHash {
            throw ModellingError(
                "\(bundle.name) \(bundle.version) was trained on features \(bundle.featureSetHash), these are \(window.featureSetHash): they cannot be compared"
            )
        }
        let races = window.races.filter { race in race.rows.count { window.positions[$0] == 1 } == 1 }
        let shares = window.winShares
        func probabilities(_ bundle: ModelBundle) throws -> [Double] {
            let predictor = try Predictor(bundle)
            var values = [Double](repeating: .nan, count: window.positions.count)
            for race in races {
                for (row, p) in zip(race.rows, try predictor.race(window.matrix.rows(at: Array(race.rows)))) { values[row] = p }
            }
            return values
        }
        let ours = try probabilities(challenger)
        if let champion {
            let (a, b) = (
                RaceMetrics.losses(try probabilities(champion), shares, races), RaceMetrics.losses(ours, shares, races)
            )
            let gains = zip(a, b).map { $0 - $1 }
            comparison = Comparison(
                champion: "\(champion.name) \(champion.version)", races: races.count, championLoss: RaceMetrics.mean(a),
                challengerLoss: RaceMetrics.mean(b), gain: RaceMetrics.mean(gains), gainSE: RaceMetrics.standardError(gains))
        } else {
            comparison = nil
        }
        var gains: [Double] = []
        if let odds = window.odds[0], let blend = challenger.blend(lead: 0) {
            for race in races {
                guard let market = try? Overround.power.probabilities(race.rows.map { odds[$0] }) else { continue }
                let mixed = blend(model: race.rows.map { ours[$0] }, market: market)
                guard let winner = race.rows.firstIndex(where: { window.positions[$0] == 1 }) else { continue }
                let index = race.rows.distance(from: race.rows.startIndex, to: winner)
                gains.append(log(max(mixed[index], 1e-15)) - log(max(market[index], 1e-15)))
            }
        }
        closing = gains.isEmpty ? nil : Closing(races: gains.count, gain: RaceMetrics.mean(gains), gainSE: RaceMetrics.standardError(gains))
        (from, through) = (first, last)
    }

    /// Why the challenger may not be promoted; empty where it may.
    public var objections: [String] {
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        var objections: [String] = []
        if let comparison {
            if comparison.races < Self.fewest {
                objections.append(
                    "\(comparison.races) races from \(from) to \(through) are after both models' training: at least \(Self.fewest) are needed")
            } else if comparison.gain <= comparison.gainSE {
                objections.append(
                    "it is better than \(comparison.champion) by \(number(comparison.gain)) ± \(number(comparison.gainSE)) a race on \(comparison.races) races: that is not more than the standard error"
                )
            }
        }
        if let closing, closing.gain > Self.believable {
            objections.append(
                "its blend beats the closing price by \(number(closing.gain)) ± \(number(closing.gainSE)) nats a race: more than \(Self.believable) is a leak until a person has looked"
            )
        }
        return objections
    }
}
