import Foundation

/// Turns the decimal odds of all runners of a race into probabilities that add up to 1.
public enum Overround: String, Sendable, Codable, CaseIterable {
    /// Each 1/o divided by their sum.
    case multiplicative
    /// (1/o)^k, with the k that makes the sum 1 (Clarke, Kovalchik and Ingram 2017). It takes more from the outsiders.
    case power

    /// - Parameter odds: decimal, stake included, one per runner.
    /// - Throws: `BettingError` where one is not above 1, or there is none.
    public func probabilities(_ odds: [Double]) throws(BettingError) -> [Double] {
        guard !odds.isEmpty else { throw BettingError("a market without runners") }
        if let bad = odds.first(where: { !($0 > 1) || !$0.isFinite }) { throw BettingError("odds of \(bad): decimal odds are above 1") }
        let implied = odds.map { 1 / $0 }
        switch self {
        case .multiplicative:
            let sum = implied.reduce(0, +)
            return implied.map { $0 / sum }
        case .power:
            guard odds.count > 1 else { return [1] }
            let k = Self.exponent(implied)
            let powered = implied.map { pow($0, k) }
            let sum = powered.reduce(0, +)
            return powered.map { $0 / sum }
        }
    }

    /// The k at which the powers add up to 1: their sum falls in k without bound, so there is exactly one.
    private static func exponent(_ implied: [Double]) -> Double {
        let logs = implied.map { log($0) }
        func sum(_ k: Double) -> (value: Double, slope: Double) {
            var (value, slope) = (-1.0, 0.0)
            for l in logs {
                let p = exp(k * l)
                value += p
                slope += p * l
            }
            return (value, slope)
        }
        var (low, high) = (0.0, 1.0)
        while sum(high).value > 0, high < 1e6 { (low, high) = (high, high * 2) }
        var k = min(max(1.0, low), high)
        // Newton's steps, kept within the bracket
        for _ in 0..<200 {
            let (value, slope) = sum(k)
            if abs(value) < 1e-15 { break }
            if value > 0 { low = k } else { high = k }
            let step = k - value / slope
            let next = step > low && step < high ? step : (low + high) / 2
            if next == k { break }
            k = next
        }
        return k
    }
}
