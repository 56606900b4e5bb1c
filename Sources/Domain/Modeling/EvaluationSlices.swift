import Betting
import Foundation

/// An evaluation in parts, to show the conditions in which a model does well or badly.
public struct EvaluationSlices: Sendable {
    /// Mean log losses of one part, in nats.
    public struct Slice: Sendable, Equatable {
        public let name: String
        /// The number of races, or of runners in a slice by odds.
        public let count: Int
        public let market: Double
        public let model: Double
        public let blend: Double
        /// Log loss of the market minus that of the blend.
        public let gain: Double
        /// The paired standard error of `gain`.
        public let gainSE: Double
    }
    /// Log loss per race, by month.
    public let months: [Slice]
    /// Log loss per race, by number of starters.
    public let fieldSizes: [Slice]
    /// Log loss per runner, by the runner's odds: the mean of -ln p for the winner and -ln(1 - p) for the others.
    /// Races cannot be grouped by the winner's odds without looking at the result.
    public let oddsBands: [Slice]

    static let bands: [(name: String, below: Double)] = [
        ("under 2", 2), ("2 to 4", 4), ("4 to 8", 8), ("8 to 16", 16), ("16 to 32", 32), ("32 and more", .infinity),
    ]
    static let sizes: [(name: String, below: Int)] = [
        ("up to 7", 8), ("8 to 11", 12), ("12 to 15", 16), ("16 and more", .max),
    ]

    private struct ScoredRace {
        let race: EvaluatedRace
        let market: Double
        let losses: RaceLosses
    }

    public init(_ all: [EvaluatedRace]) {
        let scored = all.compactMap { race -> ScoredRace? in
            guard let losses = race.losses, let market = losses.market else { return nil }
            return ScoredRace(race: race, market: market, losses: losses)
        }
        func slices(_ key: (EvaluatedRace) -> String) -> [Slice] {
            let groups = Dictionary(grouping: scored) { key($0.race) }
            return groups.sorted { $0.key < $1.key }.map { name, races in
                Self.slice(
                    name,
                    market: races.map(\.market),
                    model: races.map(\.losses.model),
                    blend: races.map(\.losses.blend)
                )
            }
        }
        months = slices { String($0.day.description.prefix(7)) }
        // Group by the index of the size, so that the slices are ordered by size and not by name.
        let bySize = slices { race in
            let size = race.starters.count
            return "\(Self.sizes.firstIndex { size < $0.below } ?? 0)"
        }
        fieldSizes = bySize.map { $0.named(Self.sizes[Int($0.name) ?? 0].name) }
        oddsBands = Self.oddsBands(scored)
    }

    /// The losses of the runners of one odds band.
    private struct RunnerLosses {
        var races: [Int64] = []
        var market: [Double] = []
        var model: [Double] = []
        var blend: [Double] = []
    }

    private static func oddsBands(_ scored: [ScoredRace]) -> [Slice] {
        var losses = [RunnerLosses](repeating: RunnerLosses(), count: bands.count)
        for race in scored.map(\.race) {
            let starters = race.starters
            guard let market = race.market else { continue }
            let modelTotal = starters.reduce(0) { $0 + $1.pModel }
            let blendTotal = starters.reduce(0) { $0 + $1.pWin }
            for (runner, pMarket) in zip(starters, market) {
                guard let odds = runner.odds,
                    let band = bands.firstIndex(where: { odds < $0.below })
                else { continue }
                let won = runner.outcome.position == 1
                func loss(_ p: Double) -> Double { -log(max(won ? p : 1 - p, 1e-15)) }
                losses[band].races.append(race.raceID)
                losses[band].market.append(loss(pMarket))
                losses[band].model.append(loss(runner.pModel / modelTotal))
                losses[band].blend.append(loss(runner.pWin / blendTotal))
            }
        }
        return zip(bands, losses).compactMap { band, losses in
            losses.market.isEmpty
                ? nil
                : slice(
                    band.name,
                    market: losses.market,
                    model: losses.model,
                    blend: losses.blend,
                    clusters: losses.races
                )
        }
    }

    /// - Parameter clusters: the race of each value. Runners of one race are not independent, so their error is
    ///   clustered; `nil` if each value is a race.
    private static func slice(
        _ name: String,
        market: [Double],
        model: [Double],
        blend: [Double],
        clusters: [Int64]? = nil
    ) -> Slice {
        let gains = zip(market, blend).map { $0 - $1 }
        return Slice(
            name: name,
            count: gains.count,
            market: RaceMetrics.mean(market),
            model: RaceMetrics.mean(model),
            blend: RaceMetrics.mean(blend),
            gain: RaceMetrics.mean(gains),
            gainSE: clusters.map { ClusteredMean(Array(zip($0, gains)))?.standardError ?? .nan }
                ?? RaceMetrics.standardError(gains)
        )
    }
}

extension EvaluationSlices.Slice {
    func named(_ name: String) -> Self {
        Self(name: name, count: count, market: market, model: model, blend: blend, gain: gain, gainSE: gainSE)
    }
}
