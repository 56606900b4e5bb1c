import Betting

/// How often runners were placed, beside the predicted place probabilities, by win probability.
public struct PlaceTable: Sendable, Codable {
    public struct Band: Sendable, Codable {
        /// The lowest win probability of the band.
        public let from: Double
        public let runners: Int
        /// The mean place probability.
        public let predicted: Double
        /// The share of the runners that were placed.
        public let observed: Double
        /// The standard error of `observed`, clustered by race.
        public let error: Double?
    }

    /// The number of places paid.
    public let places: Int
    public let bands: [Band]

    /// The lowest win probability of each band.
    private static let limits = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35]

    /// One table for each number of places that the races paid.
    ///
    /// Races in which a priced runner was withdrawn later are left out, because the others were placed more often. So
    /// are those without a runner in each paid place: some sources know only the winner.
    static func all(_ races: [EvaluatedRace]) -> [PlaceTable] {
        let runners = races.filter { !$0.hasLateWithdrawal }.flatMap { race in
            let starters = race.starters
            let taken = starters.count { isPlaced($0) }
            return starters.filter { taken >= $0.places ?? 0 }.map { (race: race.raceID, runner: $0) }
        }
        let byPlaces = Dictionary(grouping: runners.filter { $0.runner.pPlace != nil }) { $0.runner.places ?? 0 }
        return byPlaces.filter { $0.key > 1 }.sorted { $0.key < $1.key }.map { PlaceTable(places: $0.key, $0.value) }
    }

    private static func isPlaced(_ runner: EvaluatedRace.Runner) -> Bool {
        runner.outcome.position.map { $0 <= runner.places ?? 0 } ?? false
    }

    private init(places: Int, _ runners: [(race: Int64, runner: EvaluatedRace.Runner)]) {
        self.places = places
        let byBand = Dictionary(grouping: runners) { runner in
            Self.limits.lastIndex { $0 <= runner.runner.pWin } ?? 0
        }
        bands = byBand.sorted { $0.key < $1.key }.map { band, runners in
            let placed = runners.map { Self.isPlaced($0.runner) ? 1.0 : 0.0 }
            return Band(
                from: Self.limits[band],
                runners: runners.count,
                predicted: RaceMetrics.mean(runners.compactMap(\.runner.pPlace)),
                observed: RaceMetrics.mean(placed),
                error: ClusteredMean(zip(runners.map(\.race), placed).map { ($0, $1) })?.standardError
            )
        }
    }
}
