extension FeatureSet {
    /// The ability features, version 2: those of version 1, and eight groups in doubles.
    ///
    /// Speed figures, suitability, connections and stalls are residuals against what the horses' ratings led one to
    /// expect. No market and no result of the race.
    public static let ability2: FeatureSet = {
        let within: [Feature.Comparison] = [.diff, .rank]
        let compared =
            Feature.figures + Feature.suitability + Feature.connections + Feature.stalls + Feature.pace
            + Feature.performance
        let features =
            ability1.features + compared.flatMap { feature in [feature] + within.map { Feature($0, of: feature) } }
            + Feature.campaign + Feature.gear
            + [Feature.Comparison.front, .mean].map { Feature($0, of: Feature.earlyPosition) }
        return FeatureSet(version: 2, revisions: ["25a8f7ebbe0963c5"], features)
    }()
}
