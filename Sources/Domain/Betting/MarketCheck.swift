/// Checks whether the market of a race as a whole is sound enough to bet on.
public enum MarketCheck {
    /// The prices of one runner.
    public struct Quote: Sendable {
        /// The decimal odds to back; `nil` for no price.
        public let back: Double?
        /// The decimal odds to lay; `nil` if the source has none.
        public let lay: Double?
        /// Seconds since the quote; `nil` if unknown.
        public let age: Double?

        public init(back: Double?, lay: Double?, age: Double?) {
            self.back = back
            self.lay = lay
            self.age = age
        }
    }

    /// Returns the first fault of the market, which rules out any stake on the race.
    ///
    /// Probabilities and fair odds are published in any case.
    ///
    /// - Parameters:
    ///   - quotes: One quote per runner.
    ///   - policy: Sets the maximum price age and the maximum book.
    /// - Returns: The fault in words, or `nil` for a sound market.
    public static func fault(_ quotes: [Quote], _ policy: StakingPolicy) -> String? {
        for case (let back?, let lay?) in quotes.map({ ($0.back, $0.lay) }) where lay > 1 && back > lay {
            return "crossed market: \(back) to back, \(lay) to lay"
        }
        // A single runner may go untraded for a long time, so only the newest price of the field shows whether the
        // market or its feed has stopped.
        if let newest = quotes.compactMap({ $0.back == nil ? nil : $0.age }).min(), newest > policy.maximumPriceAge {
            return "stale market: the newest price is \(Int(newest / 60)) minutes old"
        }
        let backs = quotes.compactMap(\.back)
        let book = backs.reduce(0) { $0 + 1 / $1 }
        if backs.count == quotes.count, book > policy.maximumBook {
            return "book of \(Int((book * 100).rounded())) %: prices are not to be trusted"
        }
        return nil
    }
}
