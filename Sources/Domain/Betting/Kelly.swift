/// Kelly stakes: the fractions of the bankroll that maximise its expected logarithm.
public enum Kelly {
    /// Returns the fraction for a single bet, f = (p (b + 1) - 1) / b with b = (o - 1)(1 - c) (Kelly 1956).
    ///
    /// - Parameters:
    ///   - probability: The win probability p.
    ///   - odds: Decimal odds o, stake included.
    ///   - commission: The rate c on net winnings, such as 0.02.
    /// - Returns: A fraction of the bankroll; 0 if the bet has no edge.
    public static func single(probability: Double, odds: Double, commission: Double = 0) -> Double {
        let b = (odds - 1) * (1 - commission)
        guard b > 0 else { return 0 }
        return max(0, (probability * (b + 1) - 1) / b)
    }

    /// The joint stakes of a race.
    public struct Race: Sendable, Equatable {
        /// One fraction of the bankroll per runner; 0 for no bet.
        public let fractions: [Double]
        /// The reserve R. A runner is staked if its p o' exceeds R.
        public let reserve: Double
        /// Whether the inverse odds sum to 1 or less, an arbitrage or a pricing error. Nothing is staked then.
        public let isUnderround: Bool
    }

    /// Returns the joint stakes of a race, whose runners exclude each other.
    ///
    /// The solution is explicit (Smoczynski and Tomkins 2010, "An explicit solution to the problem of optimizing the
    /// allocations of a bettor's wealth when wagering on horse races"). Commission is charged on each winning bet; an
    /// exchange charges it on the net of the market, so this approximation overstates it.
    ///
    /// - Parameters:
    ///   - probabilities: One win probability per runner.
    ///   - odds: One decimal price per runner; `nil` for no price, which excludes the runner.
    ///   - commission: The rate on net winnings, such as 0.02.
    public static func race(probabilities: [Double], odds: [Double?], commission: Double = 0) -> Race {
        let net: [Double?] = odds.map { odds in odds.flatMap { $0 > 1 ? 1 + ($0 - 1) * (1 - commission) : nil } }
        let none = [Double](repeating: 0, count: probabilities.count)
        if !net.contains(where: { $0 == nil }), net.reduce(0.0, { $0 + 1 / ($1 ?? 1) }) <= 1 {
            return Race(fractions: none, reserve: 1, isUnderround: true)
        }
        let order = probabilities.indices.filter { net[$0] != nil }.sorted { a, b in
            let x = probabilities[a] * (net[a] ?? 0)
            let y = probabilities[b] * (net[b] ?? 0)
            return x == y ? a < b : x > y
        }
        var probabilitySum = 0.0
        var inverseSum = 0.0
        var reserve = 1.0
        var staked: [Int] = []
        for runner in order {
            guard let price = net[runner], probabilities[runner] * price > reserve else { break }
            let nextInverseSum = inverseSum + 1 / price
            // If some runners have no price, the inverse odds of the others can sum to 1 or less, which leaves no valid
            // reserve.
            guard nextInverseSum < 1 else { break }
            probabilitySum += probabilities[runner]
            inverseSum = nextInverseSum
            reserve = (1 - probabilitySum) / (1 - inverseSum)
            staked.append(runner)
        }
        var fractions = none
        for runner in staked { fractions[runner] = max(0, probabilities[runner] - reserve / (net[runner] ?? 1)) }
        return Race(fractions: fractions, reserve: reserve, isUnderround: false)
    }
}
