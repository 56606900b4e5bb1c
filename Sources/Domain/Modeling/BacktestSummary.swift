import Betting
import Foundation

/// The result of a set of bets.
public struct BacktestSummary: Sendable, Codable, Equatable {
    /// Expected and actual winners in a tenth of the bets, ordered by probability.
    public struct Decile: Sendable, Codable, Equatable {
        public let bets: Int
        /// The mean win probability.
        public let probability: Double
        /// The sum of the win probabilities.
        public let expected: Double
        /// The number of winners.
        public let actual: Double
    }
    public var bets: Int
    public var races: Int
    /// The number of bets with a payout.
    public var winners: Int
    /// Total stake, units.
    public var turnover: Double
    /// Profit before commission, in units.
    public var grossProfit: Double
    /// Profit after commission, in units.
    public var profit: Double
    /// Profit after commission over turnover; `nil` without bets.
    public var roi: Double?
    /// The standard error of `roi`, clustered by race.
    public var roiSE: Double?
    /// The largest fall of the running profit from its highest point, units, in order of day.
    public var drawdown: Double
    /// The number of bets with a measurable closing line.
    public var clvBets: Int
    /// Mean ln(taken / closing).
    public var clv: Double?
    /// The standard error of `clv`, clustered by race.
    public var clvSE: Double?
    /// Empty if the bets have no probabilities.
    public var deciles: [Decile]

    public init(_ bets: [BacktestBet]) {
        self.bets = bets.count
        races = Set(bets.map(\.raceID)).count
        winners = bets.count(where: \.won)
        turnover = bets.reduce(0) { $0 + $1.stake }
        grossProfit = bets.reduce(0) { $0 + $1.grossProfit }
        profit = bets.reduce(0) { $0 + $1.profit }
        if turnover > 0 {
            let total = turnover
            let ratio = profit / total
            roi = ratio
            // The error of a ratio of sums by its linear part (Cochran 1977, 6.4), clustered because the bets of one
            // race are not independent.
            let residual = ClusteredMean(bets.map { ($0.raceID, $0.profit - ratio * $0.stake) })
            roiSE = residual?.standardError.map { $0 * Double(bets.count) / total }
        }
        let line = ClusteredMean(bets.compactMap { bet in bet.clv.map { (bet.raceID, $0) } })
        clvBets = line?.count ?? 0
        clv = line?.mean
        clvSE = line?.standardError
        drawdown = Self.drawdown(of: bets)
        deciles = Self.deciles(of: bets)
    }

    private static func drawdown(of bets: [BacktestBet]) -> Double {
        var running = 0.0
        var highest = 0.0
        var deepest = 0.0
        for bet in bets.sorted(by: { ($0.day, $0.raceID, $0.horseID) < ($1.day, $1.raceID, $1.horseID) }) {
            running += bet.profit
            highest = max(highest, running)
            deepest = max(deepest, highest - running)
        }
        return deepest
    }

    private static func deciles(of bets: [BacktestBet]) -> [Decile] {
        let ranked = bets.filter { $0.probability != nil }.sorted { ($0.probability ?? 0) < ($1.probability ?? 0) }
        return (0..<10).compactMap { tenth in
            let part = ranked[ranked.count * tenth / 10..<ranked.count * (tenth + 1) / 10]
            guard !part.isEmpty else { return nil }
            let expected = part.reduce(0) { $0 + ($1.probability ?? 0) }
            return Decile(
                bets: part.count,
                probability: expected / Double(part.count),
                expected: expected,
                actual: Double(part.count(where: \.won))
            )
        }
    }

    /// Whether the return is significant, in words.
    public var verdict: String {
        guard let roi, let roiSE, races >= 30 else {
            return "\(bets) bets in \(races) races: too few to say anything about the return."
        }
        let needed = roi == 0 ? Double.infinity : Double(races) * pow(2 * roiSE / abs(roi), 2)
        if abs(roi) > 2 * roiSE {
            return "The return is \(roi > 0 ? "above" : "below") zero by more than two standard errors."
        }
        let text = "The return does not differ significantly from zero"
        return needed.isFinite
            ? "\(text): at this rate it would take about \(Int(needed.rounded(.up))) races, and there are \(races)."
            : text + "."
    }
}
