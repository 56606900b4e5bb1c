import Foundation

/// The last price before the off, and how a taken price compares with it.
public struct ClosingPrice: Sendable, Equatable {
    public enum Source: String, Sendable, Codable {
        /// Betfair's starting price.
        case bsp
        /// The last price traded before the off.
        case last
        /// The bookmakers' starting price.
        case sp
    }
    public let odds: Double
    public let source: Source

    public init(odds: Double, source: Source) {
        self.odds = odds
        self.source = source
    }

    /// BSP, else the last traded price before the off, else SP.
    public init?(bsp: Double?, lastTraded: Double?, sp: Double?) {
        func usable(_ odds: Double?) -> Double? { odds.flatMap { $0 > 1 && $0.isFinite ? $0 : nil } }
        if let odds = usable(bsp) {
            self.init(odds: odds, source: .bsp)
        } else if let odds = usable(lastTraded) {
            self.init(odds: odds, source: .last)
        } else if let odds = usable(sp) {
            self.init(odds: odds, source: .sp)
        } else {
            return nil
        }
    }
}

/// Closing line value.
public enum ClosingLineValue {
    /// ln(taken / closing): above 0 where the taken price was the longer.
    public static func logRatio(taken: Double, closing: Double) -> Double { log(taken / closing) }

    /// As a return: what the taken price would earn if the closing book, its overround removed, were right.
    public static func expectedReturn(taken: Double, closingProbability: Double) -> Double { taken * closingProbability - 1 }
}
