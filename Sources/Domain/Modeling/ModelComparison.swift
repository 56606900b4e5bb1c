/// The paired losses of two models on races that both scored at the same moment.
public struct ModelComparison: Sendable, Codable, Equatable {
    public struct Gain: Sendable, Codable, Equatable {
        /// Log loss of this model, nats per race.
        public let own: Double
        /// Log loss of the other model, nats per race.
        public let other: Double
        /// `other` minus `own`. Above 0, this model is better.
        public let gain: Double
        /// The paired standard error of `gain`.
        public let gainSE: Double

        init(_ own: [Double], _ other: [Double]) {
            self.own = RaceMetrics.mean(own)
            self.other = RaceMetrics.mean(other)
            let gains = zip(own, other).map { $1 - $0 }
            gain = RaceMetrics.mean(gains)
            gainSE = RaceMetrics.standardError(gains)
        }
    }
    /// Races with one winner that both models scored at the same moment.
    public let races: Int
    /// By `p_model`: the models alone.
    public let model: Gain
    /// By `p_win`: the probabilities that stakes are based on.
    public let blend: Gain

    /// - Returns: `nil` if the models share fewer than two races.
    public init?(own: [EvaluatedRace], other: [EvaluatedRace]) {
        let otherByID = Dictionary(other.map { ($0.raceID, $0) }, uniquingKeysWith: { first, _ in first })
        var ownLosses: [RaceLosses] = []
        var otherLosses: [RaceLosses] = []
        for race in own {
            guard let otherRace = otherByID[race.raceID], otherRace.lead == race.lead,
                let ownLoss = race.losses, let otherLoss = otherRace.losses
            else { continue }
            ownLosses.append(ownLoss)
            otherLosses.append(otherLoss)
        }
        guard ownLosses.count > 1 else { return nil }
        races = ownLosses.count
        model = Gain(ownLosses.map(\.model), otherLosses.map(\.model))
        blend = Gain(ownLosses.map(\.blend), otherLosses.map(\.blend))
    }
}
