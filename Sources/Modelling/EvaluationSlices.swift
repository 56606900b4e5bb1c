import Betting
import Foundation

/// An evaluation cut into parts, to see where a model is good and where it is not.
public struct EvaluationSlices: Sendable {
    public struct Slice: Sendable, Equatable {
        public let name: String
        /// Races, or runners where the slice is of runners.
        public let count: Int
        public let market: Double
        public let model: Double
        public let blend: Double
        /// Log loss of the market less that of the blend, with its standard error.
        public let gain: Double
        public let gainSE: Double
    }
    /// Log loss a race.
    public let months: [Slice]
    public let fieldSizes: [Slice]
    /// Of runners by their own odds: the mean of -ln p for the winner and -ln(1 - p) for the others. Races cannot be told apart by the winner's odds
    /// without looking at the result.
    public let oddsBands: [Slice]

    static let bands: [(name: String, below: Double)] = [
        ("under 2", 2), ("2 to 4", 4), ("4 to 8", 8), ("8 to 16", 16), ("16 to 32", 32), ("32 and more", .infinity),
    ]
    static let sizes: [(name: String, below: Int)] = [("up to 7", 8), ("8 to 11", 12), ("12 to 15", 16), ("16 and more", .max)]

    public init(_ all: [EvaluatedRace]) {
        let judged = all.compactMap { race -> (race: EvaluatedRace, market: Double, losses: RaceLosses)? in
            guard let losses = race.losses, let market = losses.market else { return nil }
            return (race, market, losses)
        }
        func slices(_ key: (EvaluatedRace) -> String) -> [Slice] {
            let groups = Dictionary(grouping: judged) { key($0.race) }
            return groups.sorted { $0.key < $1.key }.map { name, races in
                Self.slice(name, races.map(\.market), races.map(\.losses.model), races.map(\.losses.blend))
            }
        }
        months = slices { String($0.day.description.prefix(7)) }
        let bySize = slices { race in
            let size = race.runners.count { !$0.outcome.isWithdrawn }
            return "\(Self.sizes.firstIndex { size < $0.below } ?? 0)"
        }
        fieldSizes = bySize.map { $0.named(Self.sizes[Int($0.name) ?? 0].name) }

        var terms = [(market: [Double], model: [Double], blend: [Double], races: [Int64])](repeating: ([], [], [], []), count: Self.bands.count)
        for one in judged {
            let starters = one.race.runners.filter { !$0.outcome.isWithdrawn }
            let total = starters.reduce((0.0, 0.0, 0.0)) { ($0.0 + ($1.pMarket ?? 0), $0.1 + $1.pModel, $0.2 + $1.pWin) }
            for runner in starters {
                guard let odds = runner.odds, let pMarket = runner.pMarket, let band = Self.bands.firstIndex(where: { odds < $0.below }) else {
                    continue
                }
                let won = runner.outcome.position == 1
                func loss(_ p: Double) -> Double { -log(max(won ? p : 1 - p, 1e-15)) }
                terms[band].races.append(one.race.raceID)
                terms[band].market.append(loss(pMarket / total.0))
                terms[band].model.append(loss(runner.pModel / total.1))
                terms[band].blend.append(loss(runner.pWin / total.2))
            }
        }
        oddsBands = zip(Self.bands, terms).compactMap { band, terms in
            terms.market.isEmpty ? nil : Self.slice(band.name, terms.market, terms.model, terms.blend, terms.races)
        }
    }

    private static func slice(_ name: String, _ market: [Double], _ model: [Double], _ blend: [Double], _ races: [Int64]? = nil) -> Slice {
        let gains = zip(market, blend).map { $0 - $1 }
        return Slice(
            name: name, count: gains.count, market: RaceMetrics.mean(market), model: RaceMetrics.mean(model), blend: RaceMetrics.mean(blend),
            gain: RaceMetrics.mean(gains),  // runners of one race are not told apart by chance alone
            gainSE: races.map { ClusteredMean(Array(zip($0, gains)))?.standardError ?? .nan } ?? RaceMetrics.standardError(gains))
    }
}

extension EvaluationSlices.Slice {
    func named(_ name: String) -> Self {
        Self(name: name, count: count, market: market, model: model, blend: blend, gain: gain, gainSE: gainSE)
    }
}
