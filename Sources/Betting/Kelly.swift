/// The stakes that make the bankroll's expected logarithm largest.
public enum Kelly {
    /// One bet alone: f = (p (b + 1) - 1) / b, never below 0, with b = (o - 1)(1 - c) (Kelly 1956).
    public static func single(probability: Double, odds: Double, commission: Double = 0) -> Double {
        let b = (odds - 1) * (1 - commission)
        guard b > 0 else { return 0 }
        return max(0, (probability * (b + 1) - 1) / b)
    }

    /// What a race's runners are staked together.
    public struct Race: Sendable, Equatable {
        /// Fractions of the bankroll, one per runner, 0 for none.
        public let fractions: [Double]
        /// The reserve R: a runner is staked while p o' exceeds it.
        public let reserve: Double
        /// The book adds up to 1 or less, an arbitrage or a mistake: nothing is staked.
        public let isUnderround: Bool
    }

    /// All runners of a race, which exclude each other (Smoczynski and Tomkins 2010, "An explicit solution to the problem of optimizing the
    /// allocations of a bettor's wealth when wagering on horse races"). Commission is taken from each bet's own winnings; an exchange nets it
    /// over the market, which this approximates from above.
    ///
    /// - Parameters:
    ///   - probabilities: one per runner.
    ///   - odds: decimal; nil where a runner has no price and so cannot be staked.
    public static func race(probabilities: [Double], odds: [Double?], commission: Double = 0) -> Race {
        let net: [Double?] = odds.map { odds in odds.flatMap { $0 > 1 ? 1 + ($0 - 1) * (1 - commission) : nil } }
        let none = [Double](repeating: 0, count: probabilities.count)
        if !net.contains(where: { $0 == nil }), net.reduce(0.0, { $0 + 1 / ($1 ?? 1) }) <= 1 {
            return Race(fractions: none, reserve: 1, isUnderround: true)
        }
        let order = probabilities.indices.filter { net[$0] != nil }.sorted { a, b in
            let (x, y) = (probabilities[a] * (net[a] ?? 0), probabilities[b] * (net[b] ?? 0))
            return x == y ? a < b : x > y
        }
        var (sumP, sumInverse, reserve) = (0.0, 0.0, 1.0)
        var taken: [Int] = []
        for runner in order {
            guard let o = net[runner], probabilities[runner] * o > reserve else { break }
            let (p, q) = (sumP + probabilities[runner], sumInverse + 1 / o)
            // the priced part of the field may itself be under 1 where others have no price; the reserve would be meaningless
            guard q < 1 else { break }
            (sumP, sumInverse) = (p, q)
            reserve = (1 - sumP) / (1 - sumInverse)
            taken.append(runner)
        }
        var fractions = none
        for runner in taken { fractions[runner] = max(0, probabilities[runner] - reserve / (net[runner] ?? 1)) }
        return Race(fractions: fractions, reserve: reserve, isUnderround: false)
    }
}
