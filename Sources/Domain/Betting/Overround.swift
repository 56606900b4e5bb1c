import Foundation

/// Methods that remove the overround: they turn the decimal odds of a race into probabilities that sum to 1.
public enum Overround: String, Sendable, Codable, CaseIterable {
    /// Divides each 1/o by the sum of all.
    case multiplicative
    /// Uses (1/o)^k with the k at which they sum to 1 (Clarke, Kovalchik and Ingram 2017). It shortens outsiders more.
    case power
    /// Uses p/(1 - p) = (1/o)/(1 - 1/o)/c, with the same factor c for all runners (Cheung 2015).
    case oddsRatio = "odds_ratio"
    /// Assumes that a share z of the money is bet by insiders who know the winner (Shin 1993; Jullien and Salanié
    /// 1994).
    case shin

    /// Returns the probabilities that the odds of a race imply.
    ///
    /// - Parameter odds: Decimal odds, stake included, one per runner.
    /// - Returns: One probability per runner.
    /// - Throws: `BettingError` if there are no odds, if one is not above 1, or if the book is under 100 % (`shin`
    ///   only).
    public func probabilities(_ odds: [Double]) throws(BettingError) -> [Double] {
        guard !odds.isEmpty else { throw BettingError("the market has no runners") }
        if let bad = odds.first(where: { !($0 > 1) || !$0.isFinite }) {
            throw BettingError("odds of \(bad): decimal odds must be above 1")
        }
        let implied = odds.map { 1 / $0 }
        switch self {
        case .multiplicative:
            return Self.normalised(implied)
        case .oddsRatio:
            guard odds.count > 1 else { return [1] }
            // Every p rises with c, so exactly one c makes them sum to 1.
            let against = implied.map { $0 / (1 - $0) }
            let c = Self.root(from: -50, to: 50) { c in against.reduce(-1) { $0 + $1 * exp(c) / (1 + $1 * exp(c)) } }
            return Self.normalised(against.map { $0 * exp(c) / (1 + $0 * exp(c)) })
        case .shin:
            return Self.normalised(try Self.shin(implied).probabilities)
        case .power:
            guard odds.count > 1 else { return [1] }
            let k = Self.exponent(implied)
            return Self.normalised(implied.map { pow($0, k) })
        }
    }

    /// Returns the probabilities of a race's market: by `power`, or in proportion to 1/o if the book is under 100 %.
    ///
    /// A book falls under 100 % when a runner is withdrawn after prices were taken. The power that makes such a book
    /// sum to 1 would lengthen the favourites, whereas a withdrawal raises the chances of all others by the same
    /// factor.
    ///
    /// - Parameter odds: Decimal odds of the runners that are left, one per runner.
    /// - Throws: `BettingError` if there are no odds, or if one is not above 1.
    public static func marketProbabilities(_ odds: [Double]) throws(BettingError) -> [Double] {
        let isUnderround = odds.reduce(0) { $0 + 1 / $1 } < 1
        return try (isUnderround ? multiplicative : power).probabilities(odds)
    }

    /// Returns z, the insiders' share of the money in Shin's model.
    ///
    /// - Parameter odds: Decimal odds, one per runner.
    /// - Throws: `BettingError` if the book is under 100 %, for which the model has no solution.
    public static func insiderShare(_ odds: [Double]) throws(BettingError) -> Double { try shin(odds.map { 1 / $0 }).z }

    private static func shin(_ implied: [Double]) throws(BettingError) -> (z: Double, probabilities: [Double]) {
        let book = implied.reduce(0, +)
        guard implied.count > 1 else { return (0, [1]) }
        guard book >= 1 else { throw BettingError("a book of \(book * 100) %: Shin's method needs 100 % or more") }
        func probabilities(_ z: Double) -> [Double] {
            implied.map { (sqrt(z * z + 4 * (1 - z) * $0 * $0 / book) - z) / (2 * (1 - z)) }
        }
        // The sum of the probabilities is the square root of the book at z = 0 and falls as z rises.
        let z = book == 1 ? 0 : root(from: 0, to: 0.99) { -(probabilities($0).reduce(-1, +)) }
        return (z, probabilities(z))
    }

    /// Returns the root of a function that rises through 0 between two points, by bisection to the last bit.
    private static func root(from start: Double, to end: Double, _ f: (Double) -> Double) -> Double {
        var low = start
        var high = end
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if f(middle) < 0 { low = middle } else { high = middle }
        }
    }

    private static func normalised(_ values: [Double]) -> [Double] {
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
    }

    /// Returns the k at which the powers sum to 1. The sum falls towards 0 as k rises, so there is exactly one.
    private static func exponent(_ implied: [Double]) -> Double {
        let logs = implied.map { log($0) }
        func excess(_ k: Double) -> (value: Double, slope: Double) {
            var value = -1.0
            var slope = 0.0
            for l in logs {
                let p = exp(k * l)
                value += p
                slope += p * l
            }
            return (value, slope)
        }
        var low = 0.0
        var high = 1.0
        while excess(high).value > 0, high < 1e6 {
            low = high
            high *= 2
        }
        var k = min(max(1.0, low), high)
        // Newton's method, with a bisection step whenever it would leave the bracket.
        for _ in 0..<200 {
            let (value, slope) = excess(k)
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
