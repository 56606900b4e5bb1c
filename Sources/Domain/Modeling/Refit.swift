/// How a model that repeats another's recipe on later data compares with it.
///
/// Both predict the races after the parent's training: the parent as it is, the recipe by models of earlier seasons
/// with the parent's weights and calibration. So neither has seen what it predicts.
public struct Refit: Sendable, Codable, Equatable {
    /// Log losses per race, in nats.
    public struct Comparison: Sendable, Codable, Equatable {
        public let races: Int
        public let parentLoss: Double
        public let loss: Double
        /// The parent's loss minus that of the recipe.
        public let gain: Double
        /// The paired standard error of `gain`.
        public let gainSE: Double

        /// - Parameters:
        ///   - losses: the recipe's loss in each race; `parent` in the same order.
        public init(_ losses: [Double], parent: [Double]) {
            let gains = zip(parent, losses).map { $0 - $1 }
            races = losses.count
            parentLoss = RaceMetrics.mean(parent)
            loss = RaceMetrics.mean(losses)
            gain = RaceMetrics.mean(gains)
            gainSE = RaceMetrics.standardError(gains)
        }
    }

    /// How the recipe's blend compares with the closing price in the forward seasons.
    public struct Closing: Sendable, Codable, Equatable {
        public let races: Int
        /// The market's log loss minus that of the blend, nats per race.
        public let gain: Double

        public init(races: Int, gain: Double) {
            self.races = races
            self.gain = gain
        }
    }

    /// The version of the model of the same name whose recipe was repeated.
    public let parent: String
    /// `nil` if fewer than two races are after the parent's training.
    public let comparison: Comparison?
    /// `nil` if no race has a price of every starter at the off.
    public let closing: Closing?

    public init(parent: String, comparison: Comparison?, closing: Closing?) {
        self.parent = parent
        self.comparison = comparison
        self.closing = closing
    }
}
