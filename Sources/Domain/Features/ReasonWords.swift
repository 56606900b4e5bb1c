/// One runner's features in racing terms, for the reasons of a signal.
///
/// Each feature's phrase is part of its definition (`Feature.words`).
package struct ReasonWords {
    private let features: [Float]
    private let set: FeatureSet
    let fieldSize: Int

    /// - Parameters:
    ///   - features: the runner's values, in the order of the set.
    ///   - fieldSize: the number of starters.
    package init(_ features: [Float], _ set: FeatureSet, field fieldSize: Int) {
        self.features = features
        self.set = set
        self.fieldSize = fieldSize
    }

    /// The name of the feature that a comparison within the race compares; any other name is returned unchanged.
    package static func base(_ name: String) -> String { Feature.base(of: name) }

    /// Describes one feature in words, with the runner's rank if the feature is compared within the race.
    ///
    /// - Parameter name: a feature's name, not that of a comparison (see `base`).
    package func words(_ name: String) -> String {
        let feature = set.column(name).map { set.features[$0] }
        let plainName = name.replacing("_", with: " ")
        guard let value = self.value(of: name) else { return "\(feature?.noun ?? plainName): not known" }
        let reading = FeatureReading(value: Double(value), runner: self)
        let text = feature?.words?(reading) ?? "\(plainName) \(reading.number)"
        guard let rank = self.value(of: name + Feature.Comparison.rank.suffix) else { return text }
        return "\(text), \(Self.ordinal(Double(rank) * Double(fieldSize))) of \(fieldSize)"
    }

    /// The value of a feature; `nil` if it is missing or not in the set.
    func value(of name: String) -> Float? {
        guard let column = set.column(name), features.indices.contains(column) else { return nil }
        return features[column].isNaN ? nil : features[column]
    }

    /// - Parameter rank: 1 for the highest value; halfway between two ranks if runners share them.
    private static func ordinal(_ rank: Double) -> String {
        let half = (rank * 2).rounded() / 2
        let whole = FeatureReading.int(half)
        let isShared = half != half.rounded(.down)
        let suffix = (11...13).contains(whole % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][whole % 10] ?? "th"
        return (isShared ? "joint " : "") + (whole == 1 ? "highest" : "\(whole)\(suffix) highest")
    }
}
