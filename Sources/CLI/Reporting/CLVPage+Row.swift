import Betting

extension CLVPage {
    /// The closing line value of one priced runner at one lead.
    public struct Row: Sendable {
        public let raceID: Int64
        /// The model's name and version.
        public let model: String
        /// The lead: 0800, 60m, 10m, 1m or staked.
        public let bucket: String
        /// Decimal odds taken, after reductions.
        public let odds: Double
        public let probability: Double
        /// Stake in units.
        public let stake: Double
        /// Decimal closing odds.
        public let closing: Double
        public let closingSource: String
        /// ln(taken / closing).
        public let clv: Double
        /// Odds taken times the closing probability, less one; `nil` if that probability is unknown.
        public let clvReturn: Double?

        public init(
            raceID: Int64,
            model: String,
            bucket: String,
            odds: Double,
            probability: Double,
            stake: Double,
            closing: Double,
            closingSource: String,
            clv: Double,
            clvReturn: Double?
        ) {
            self.raceID = raceID
            self.model = model
            self.bucket = bucket
            self.odds = odds
            self.probability = probability
            self.stake = stake
            self.closing = closing
            self.closingSource = closingSource
            self.clv = clv
            self.clvReturn = clvReturn
        }

        /// Expected profit per unit of stake at the price taken, before commission.
        var edge: Double { probability * odds - 1 }

        var observation: ClosingLineRegression.Observation {
            ClosingLineRegression.Observation(race: raceID, probability: probability, taken: odds, closing: closing)
        }
    }
}
