import Betting

/// Closing line value by model and lead, and within these by odds and by edge.
public struct CLVSummary: Sendable {
    /// The runners of one group. It encodes with these names as keys.
    public struct Line: Encodable, Sendable {
        public let model: String
        /// The lead: 0800, 60m, 10m, 1m or staked.
        public let bucket: String
        /// "all", or a band of odds or of edge.
        public let group: String
        /// The number of runners.
        public let count: Int
        public let races: Int
        /// Mean ln(taken / closing).
        public let clv: Double
        /// The standard error of `clv`, clustered by race; `nil` for one race.
        public let clvSE: Double?
        /// The mean expected return at the closing probability; `nil` if no closing probability is known.
        public let clvReturn: Double?
        /// `nil` for too few races.
        public let regression: ClosingLineRegression?
    }

    private struct Band {
        let name: String
        let range: Range<Double>
    }

    /// Ordered by model and lead; the first line of each is of all its runners.
    public let lines: [Line]

    private static let oddsBands = [
        Band(name: "odds under 4", range: 0..<4),
        Band(name: "odds 4 to 10", range: 4..<10),
        Band(name: "odds 10 to 20", range: 10..<20),
        Band(name: "odds 20 and more", range: 20..<Double.infinity),
    ]
    private static let edgeBands = [
        Band(name: "edge under -10 %", range: -Double.infinity..<(-0.1)),
        Band(name: "edge -10 to 0 %", range: (-0.1)..<0),
        Band(name: "edge 0 to 5 %", range: 0..<0.05),
        Band(name: "edge 5 to 15 %", range: 0.05..<0.15),
        Band(name: "edge over 15 %", range: 0.15..<Double.infinity),
    ]

    public init(_ rows: [CLVPage.Row]) {
        let groups = Dictionary(grouping: rows) { "\($0.model)\n\($0.bucket)" }
        lines = groups.sorted { $0.key < $1.key }.flatMap { Self.lines($0.value) }
    }

    /// - Parameter rows: the rows of one model and lead.
    private static func lines(_ rows: [CLVPage.Row]) -> [Line] {
        let all = line(rows, "all")
        let byOdds = oddsBands.map { band in line(rows.filter { band.range.contains($0.odds) }, band.name) }
        let byEdge = edgeBands.map { band in line(rows.filter { band.range.contains($0.edge) }, band.name) }
        return ([all] + byOdds + byEdge).compactMap(\.self)
    }

    /// - Returns: `nil` without rows.
    private static func line(_ rows: [CLVPage.Row], _ group: String) -> Line? {
        guard let first = rows.first, let mean = ClusteredMean(rows.map { ($0.raceID, $0.clv) }) else { return nil }
        let returns = rows.compactMap(\.clvReturn)
        return Line(
            model: first.model,
            bucket: first.bucket,
            group: group,
            count: mean.count,
            races: mean.clusters,
            clv: mean.mean,
            clvSE: mean.standardError,
            clvReturn: returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count),
            regression: ClosingLineRegression(rows.map(\.observation))
        )
    }
}
