import Foundation

/// Closing line value (CLV): how a taken price compares with the closing price.
public enum ClosingLineValue {
    /// Returns ln(taken / closing) of two decimal odds. It is above 0 if the taken odds are longer.
    public static func logRatio(taken: Double, closing: Double) -> Double { log(taken / closing) }

    /// Returns the CLV as an expected return per unit staked.
    ///
    /// - Parameters:
    ///   - taken: Decimal odds as taken.
    ///   - closingProbability: The win probability implied by the closing odds, with the overround removed.
    public static func expectedReturn(taken: Double, closingProbability: Double) -> Double {
        taken * closingProbability - 1
    }
}
