extension FeatureSet {
    /// The ability features, version 1: no market and no result of the race.
    public static let ability1: FeatureSet = {
        let starter =
            Feature.race + Feature.card + Feature.form + Feature.record + Feature.speed + Feature.rating
            + Feature.people + Feature.draw
        let within: [Feature.Comparison] = [.rank, .diff, .z]
        let compared = starter.filter { FeatureSet.comparedWithinRace.contains($0.name) }
        return FeatureSet(
            version: 1,
            revisions: ["f4195dc58f25e348"],
            starter + compared.flatMap { feature in within.map { Feature($0, of: feature) } }
        )
    }()

    /// The strong features. A binary learner sees the rivals only through these comparisons.
    private static let comparedWithinRace: Set<String> = [
        "gpr", "speed_mean5", "speed_best3", "official_rating", "jockey_win_rate_365", "trainer_win_rate_365",
        "place_rate_365", "beaten_mean3", "online_horse", "online_strength", "online_jockey", "lengths",
        "lengths_slow", "jockey_share_365", "trainer_share_365",
    ]
}
