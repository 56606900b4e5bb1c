import Betting
import Foundation
import LightGBM
import Modeling
import Racing

/// Decides whether a challenger may replace the production model.
///
/// On races after both models' training, it must beat the champion by more than the paired standard error. Its blend
/// must not beat the closing price by an implausible margin.
public struct ChallengerGate: Sendable, Codable, Equatable {
    /// Log losses of the two models alone, nats per race.
    public struct Comparison: Sendable, Codable, Equatable {
        public let champion: String
        public let races: Int
        public let championLoss: Double
        public let challengerLoss: Double
        /// `championLoss` minus `challengerLoss`. Above 0 the challenger is better.
        public let gain: Double
        /// The paired standard error of `gain`.
        public let gainSE: Double
    }
    /// The challenger's blend compared with the closing price.
    public struct Closing: Sendable, Codable, Equatable {
        public let races: Int
        /// Log loss of the closing price minus that of the blend, nats per race.
        public let gain: Double
        /// The standard error of `gain`.
        public let gainSE: Double
    }

    public let from: CalendarDay
    public let through: CalendarDay
    /// `nil` if no model is in production.
    public let comparison: Comparison?
    /// `nil` if fewer than `minimumRaces` races have closing prices, or the challenger has no blend.
    public let closing: Closing?

    /// The largest plausible gain over a closing price, nats per race.
    public static let maximumClosingGain = 0.02
    /// The fewest races for a comparison.
    public static let minimumRaces = 100

    /// A model, and the races after the training of both models as the features that it reads, with odds at lead 0 if
    /// there are closing prices.
    public typealias Candidate = (bundle: ModelBundle, window: TrainingSet)

    /// - Parameters:
    ///   - champion: the model in production; `nil` if there is none. Its window has the same races.
    ///   - first: the first day of the window.
    ///   - last: the last day of the window.
    /// - Throws: `ModelingError` if a window has another feature set than its model reads, or a model cannot be loaded.
    public init(
        challenger: Candidate,
        champion: Candidate?,
        from first: CalendarDay,
        through last: CalendarDay
    ) throws {
        for (bundle, window) in [challenger, champion].compactMap(\.self)
        where !window.races.isEmpty && bundle.featureSetHash != window.featureSetHash {
            throw ModelingError(
                "cannot compare \(bundle.name) \(bundle.version): it was trained on feature set "
                    + "\(bundle.featureSetHash), and the test races have feature set \(window.featureSetHash)"
            )
        }
        let window = challenger.window
        let races = window.races.filter { race in race.rows.count { window.positions[$0] == 1 } == 1 }
        let probabilities = try Self.probabilities(of: challenger.bundle, window, races)
        if let champion {
            guard champion.window.races == window.races else {
                throw ModelingError("cannot compare two models on different races")
            }
            comparison = Comparison(
                champion: champion.bundle,
                championProbabilities: try Self.probabilities(of: champion.bundle, champion.window, races),
                challengerProbabilities: probabilities,
                shares: window.winShares,
                races: races
            )
        } else {
            comparison = nil
        }
        let gains = Self.closingGains(challenger.bundle, probabilities, window, races)
        closing =
            gains.count < Self.minimumRaces
            ? nil : Closing(races: gains.count, gain: RaceMetrics.mean(gains), gainSE: RaceMetrics.standardError(gains))
        from = first
        through = last
    }

    /// The model's win probability of each row of the window; NaN for rows of other races.
    private static func probabilities(
        of bundle: ModelBundle,
        _ window: TrainingSet,
        _ races: [TrainingRace]
    ) throws -> [Double] {
        let predictor = try Predictor(bundle)
        var values = [Double](repeating: .nan, count: window.positions.count)
        for race in races {
            for (row, p) in zip(race.rows, try predictor.race(window.matrix.rows(at: Array(race.rows)))) {
                values[row] = p
            }
        }
        return values
    }

    /// The blend's gain over the closing price in each race that is fully priced at the off, nats.
    private static func closingGains(
        _ challenger: ModelBundle,
        _ probabilities: [Double],
        _ window: TrainingSet,
        _ races: [TrainingRace]
    ) -> [Double] {
        guard let odds = window.odds[.off], let blend = challenger.blend(lead: 0) else { return [] }
        return races.compactMap { race in
            guard let market = try? Overround.marketProbabilities(race.rows.map { odds[$0] }),
                let winner = race.rows.firstIndex(where: { window.positions[$0] == 1 })
            else { return nil }
            let blended = blend(model: race.rows.map { probabilities[$0] }, market: market)
            let index = race.rows.distance(from: race.rows.startIndex, to: winner)
            return log(max(blended[index], 1e-15)) - log(max(market[index], 1e-15))
        }
    }

    /// The reasons against promoting the challenger; empty if there are none.
    public var objections: [String] {
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        var objections: [String] = []
        if let comparison {
            if comparison.races < Self.minimumRaces {
                objections.append(
                    "only \(comparison.races) races from \(from) to \(through) are after both models' training: "
                        + "\(Self.minimumRaces) or more are needed"
                )
            } else if comparison.gain <= comparison.gainSE {
                objections.append(
                    "its gain over \(comparison.champion) is "
                        + "\(number(comparison.gain)) ± \(number(comparison.gainSE)) nats a race "
                        + "on \(comparison.races) races: not more than the standard error"
                )
            }
        }
        if comparison != nil, closing == nil {
            objections.append(
                "fewer than \(Self.minimumRaces) races from \(from) to \(through) have a closing price for every "
                    + "starter, or the challenger has no blend: an implausible gain over the closing price would not "
                    + "show, so a person must decide"
            )
        }
        if let closing, closing.gain > Self.maximumClosingGain {
            objections.append(
                "its blend beats the closing price by \(number(closing.gain)) ± \(number(closing.gainSE)) "
                    + "nats a race: more than \(Self.maximumClosingGain) suggests a leak, which a person must rule out"
            )
        }
        return objections
    }
}

extension ChallengerGate.Comparison {
    fileprivate init(
        champion: ModelBundle,
        championProbabilities: [Double],
        challengerProbabilities: [Double],
        shares: [Double],
        races: [TrainingRace]
    ) {
        let championLosses = RaceMetrics.losses(championProbabilities, shares, races)
        let challengerLosses = RaceMetrics.losses(challengerProbabilities, shares, races)
        let gains = zip(championLosses, challengerLosses).map { $0 - $1 }
        self.init(
            champion: "\(champion.name) \(champion.version)",
            races: races.count,
            championLoss: RaceMetrics.mean(championLosses),
            challengerLoss: RaceMetrics.mean(challengerLosses),
            gain: RaceMetrics.mean(gains),
            gainSE: RaceMetrics.standardError(gains)
        )
    }
}
