import Foundation

/// Turns the decimal odds of all runners of a race into probabilities that add up to 1.
public enum Overround: String, Sendable, Codable, CaseIterable {
    /// Each 1/o divided by their sum.
    case multiplicative
    /// (1/o)^k, with the k that makes the sum 1 (Clarke, Kovalchik and Ingram 2017). It takes more from the outsiders.
    case power
    /// p/(1 - p) = (1/o)/(1 - 1/o)/c: every runner's odds against are shortened by the same factor c (Cheung 2015).
    case oddsRatio = "odds_ratio"
    /// Some bettors know the winner: z is the share of their money (Shin 1993; Jullien and Salanié 1994).
    case shin

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
        case .oddsRatio:
            guard odds.count > 1 else { return [1] }
            // p rises with c for every runner, so there is one c at which they add up to 1
            let against = implied.map { $0 / (1 - $0) }
            let c = Self.root(from: -50, to: 50) { c in against.reduce(-1) { $0 + $1 * exp(c) / (1 + $1 * exp(c)) } }
            return Self.exact(against.map { $0 * exp(c) / (1 + $0 * exp(c)) })
        case .shin: return Self.exact(try Self.shin(implied).probabilities)
        case .power:
            guard odds.count > 1 else { return [1] }
            let k = Self.exponent(implied)
            let powered = implied.map { pow($0, k) }
            let sum = powered.reduce(0, +)
            return powered.map { $0 / sum }
        }
    }

    /// The share of insiders' money with the probabilities, from the book's 1/o.
    ///
    /// - Throws: `BettingError` for a book of under 100 %, of which insiders are no explanation.
    public static func insiderShare(_ odds: [Double]) throws(BettingError) -> Double { try shin(odds.map { 1 / $0 }).z }

    private static func shin(_ implied: [Double]) throws(BettingError) -> (z: Double, probabilities: [Double]) {
        let book = implied.reduce(0, +)
        guard implied.count > 1 else { return (0, [1]) }
        guard book >= 1 else { throw BettingError("a book of \(book * 100) %: Shin's method needs 100 % or more") }
        func probabilities(_ z: Double) -> [Double] {
            implied.map { (sqrt(z * z + 4 * (1 - z) * $0 * $0 / book) - z) / (2 * (1 - z)) }
        }
        // the probabilities add up to the root of the book at z = 0, and to less the larger z
        let z = book == 1 ? 0 : root(from: 0, to: 0.99) { -(probabilities($0).reduce(-1, +)) }
        return (z, probabilities(z))
    }

    /// Of a function that rises through 0 between two points, by bisection to the last bit.
    private static func root(from low: Double, to high: Double, _ f: (Double) -> Double) -> Double {
        var (low, high) = (low, high)
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if f(middle) < 0 { low = middle } else { high = middle }
        }
    }

    /// Takes out what rounding has left of a sum that is 1.
    private static func exact(_ values: [Double]) -> [Double] {
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
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
