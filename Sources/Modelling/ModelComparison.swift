/// Two models on the same races at the same moments: what each said, paired.
public struct ModelComparison: Sendable, Codable, Equatable {
    public struct Gain: Sendable, Codable, Equatable {
        public let own: Double
        public let other: Double
        /// Log loss of the other less that of the own, nats a race: above 0 the own is better.
        public let gain: Double
        public let gainSE: Double

        init(_ own: [Double], _ other: [Double]) {
            self.own = RaceMetrics.mean(own)
            self.other = RaceMetrics.mean(other)
            let gains = zip(own, other).map { $1 - $0 }
            (gain, gainSE) = (RaceMetrics.mean(gains), RaceMetrics.standardError(gains))
        }
    }
    /// Races with one winner that both scored at the same moment.
    public let races: Int
    /// By `p_model`, the models alone.
    public let model: Gain
    /// By `p_win`, what would be bet on.
    public let blend: Gain

    /// - Returns: nil where they share fewer than two races.
    public init?(own: [EvaluatedRace], other: [EvaluatedRace]) {
        let others = Dictionary(other.map { ($0.raceID, $0) }, uniquingKeysWith: { first, _ in first })
        var losses: (ownModel: [Double], otherModel: [Double], ownBlend: [Double], otherBlend: [Double]) = ([], [], [], [])
        for race in own {
            guard let twin = others[race.raceID], twin.lead == race.lead, let a = race.losses, let b = twin.losses else { continue }
            losses.ownModel.append(a.model)
            losses.otherModel.append(b.model)
            losses.ownBlend.append(a.blend)
            losses.otherBlend.append(b.blend)
        }
        guard losses.ownModel.count > 1 else { return nil }
        races = losses.ownModel.count
        model = Gain(losses.ownModel, losses.otherModel)
        blend = Gain(losses.ownBlend, losses.otherBlend)
    }
}
