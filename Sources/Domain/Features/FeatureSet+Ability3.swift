extension FeatureSet {
    /// The ability features, version 3: those of version 2, with the ratings by better rules for dead heats and falls.
    public static let ability3 = FeatureSet(
        version: 3,
        revisions: ["af7b1435c2ad9b7d"],
        ability2.features.map { Feature.revisedRatings[$0.name] ?? $0 }
    )
}
