import Modeling

extension HTMLPage {
    /// Adds the table of log losses: uniform, market, model and blend.
    public mutating func lossTable(_ evaluation: Evaluation) {
        let loss = evaluation.logLoss
        let rows = [
            ("1/n", loss.uniform), ("market", loss.market),
            ("market recalibrated by b alone", evaluation.recalibrated?.logLoss), ("model alone", loss.model),
            ("blend (used for staking)", loss.blend),
        ].compactMap { name, value in value.map { (name, $0) } }
        table(
            ["", "log loss, nats per race", "pseudo-R2"],
            rows.map { name, value in
                [name, Figure.loss(value), Figure.loss(RaceMetrics.pseudoR2(value, uniform: loss.uniform))]
            },
            numeric: [1, 2]
        )
    }
}

extension Evaluation {
    /// The blend's gain over the market with its verdict, as a sentence.
    public var gainSentence: String {
        let verdict = GainVerdict(gain: blendGain, standardError: blendGainSE)
        let gain = Figure.loss(blendGain, error: blendGainSE)
        return "The blend's gain over the market is \(gain) nats per race (± standard error): \(verdict.text)."
    }

    /// The races left out by reason, as a sentence; `nil` if there are none.
    public var leftOutSentence: String? {
        guard !leftOut.isEmpty else { return nil }
        let reasons = leftOut.sorted { $0.key < $1.key }.map { reason, races in "\(races) (\(reason))" }
        return "Races left out: " + reasons.joined(separator: ", ") + "."
    }
}
