extension SignalCLVStore {
    /// A row of `modeling.signal_clv`.
    public struct Row: Sendable {
        public let raceID: Int64
        /// The model's name and version.
        public let model: String
        /// The lead bucket: 0800, 60m, 10m, 1m or staked.
        public let bucket: String
        /// Decimal odds taken, after reductions.
        public let odds: Double
        public let probability: Double
        /// Stake in units.
        public let stake: Double
        public let closing: Double
        public let closingSource: String
        /// ln(taken / closing).
        public let clv: Double
        /// Odds taken times the closing probability, less one.
        public let clvReturn: Double?
    }
}
