/// Whether a race's prices, taken together, can be bet into.
public enum MarketCheck {
    public struct Quote: Sendable {
        /// Decimal; nil: no price.
        public let back: Double?
        /// nil: the source does not say.
        public let lay: Double?
        /// Seconds since it was quoted.
        public let age: Double?

        public init(back: Double?, lay: Double?, age: Double?) {
            self.back = back
            self.lay = lay
            self.age = age
        }
    }

    /// - Returns: what is wrong with the market as a whole; nil: nothing is. Probabilities and fair odds are given all the same.
    public static func fault(_ quotes: [Quote], _ policy: StakingPolicy) -> String? {
        for case (let back?, let lay?) in quotes.map({ ($0.back, $0.lay) }) where lay > 1 && back > lay {
            return "crossed market: \(back) to back, \(lay) to lay"
        }
        // one runner may be quiet for long; a market in which nobody has traded has stood still, or its feed has
        if let newest = quotes.compactMap({ $0.back == nil ? nil : $0.age }).min(), newest > policy.maximumPriceAge {
            return "stale market: the newest price is \(Int(newest / 60)) minutes old"
        }
        let backs = quotes.compactMap(\.back)
        let book = backs.reduce(0) { $0 + 1 / $1 }
        if backs.count == quotes.count, book > policy.maximumBook { return "book of \(Int((book * 100).rounded())) %: prices are not to be trusted" }
        return nil
    }
}
