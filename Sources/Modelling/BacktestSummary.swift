import Betting
import Foundation

/// What a set of bets came to.
public struct BacktestSummary: Sendable, Codable, Equatable {
    /// Actual winners beside expected ones, of a tenth of the bets by their probability.
    public struct Decile: Sendable, Codable, Equatable {
        public let bets: Int
        public let probability: Double
        public let expected: Double
        public let actual: Double
    }
    public var bets: Int
    public var races: Int
    /// With any payout.
    public var winners: Int
    public var turnover: Double
    /// Before commission, and after it.
    public var grossProfit: Double
    public var profit: Double
    /// Profit after commission over turnover, with a standard error clustered by race; nil without bets.
    public var roi: Double?
    public var roiSE: Double?
    /// The largest fall of the running profit from its highest point, in the order of the days.
    public var drawdown: Double
    public var clvBets: Int
    /// Mean ln(taken / closing), with a standard error clustered by race.
    public var clv: Double?
    public var clvSE: Double?
    /// Empty where the bets have no probabilities.
    public var deciles: [Decile]

    public init(_ bets: [BacktestBet]) {
        self.bets = bets.count
        races = Set(bets.map(\.raceID)).count
        winners = bets.count(where: \.won)
        turnover = bets.reduce(0) { $0 + $1.stake }
        grossProfit = bets.reduce(0) { $0 + $1.grossProfit }
        profit = bets.reduce(0) { $0 + $1.profit }
        if turnover > 0 {
            let (ratio, total) = (profit / turnover, turnover)
            roi = ratio
            // of a ratio of sums, by its linear part (Cochran 1977, 6.4); bets of one race win and lose together
            let residual = ClusteredMean(bets.map { ($0.raceID, $0.profit - ratio * $0.stake) })
            roiSE = residual?.standardError.map { $0 * Double(bets.count) / total }
        }
        let line = ClusteredMean(bets.compactMap { bet in bet.clv.map { (bet.raceID, $0) } })
        (clvBets, clv, clvSE) = (line?.count ?? 0, line?.mean, line?.standardError)
        var (running, highest, deepest) = (0.0, 0.0, 0.0)
        for bet in bets.sorted(by: { ($0.day, $0.raceID, $0.horseID) < ($1.day, $1.raceID, $1.horseID) }) {
            running += bet.profit
            highest = max(highest, running)
            deepest = max(deepest, highest - running)
        }
        drawdown = deepest
        let judged = bets.filter { $0.probability != nil }.sorted { ($0.probability ?? 0) < ($1.probability ?? 0) }
        deciles = (0..<10).compactMap { tenth in
            let part = judged[judged.count * tenth / 10..<judged.count * (tenth + 1) / 10]
            guard !part.isEmpty else { return nil }
            let expected = part.reduce(0) { $0 + ($1.probability ?? 0) }
            return Decile(
                bets: part.count, probability: expected / Double(part.count), expected: expected, actual: Double(part.count(where: \.won)))
        }
    }

    /// Whether the sample says anything, in words.
    public var verdict: String {
        guard let roi, let roiSE, races >= 30 else { return "\(bets) bets in \(races) races: too few to say anything about the return." }
        let needed = roi == 0 ? Double.infinity : Double(races) * pow(2 * roiSE / abs(roi), 2)
        if abs(roi) > 2 * roiSE { return "The return is \(roi > 0 ? "above" : "below") zero by more than two standard errors." }
        let text = "The return cannot be told from zero"
        return needed.isFinite ? "\(text): at this rate it would take about \(Int(needed.rounded(.up))) races, and there are \(races)." : text + "."
    }
}
