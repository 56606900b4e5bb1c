/// One column of the feature matrix: the whole definition of an ability feature, and the only place where it is defined.
public struct Feature: Sendable {
    /// What a feature is about, for tables and ablations.
    public enum Group: String, Sendable, CaseIterable {
        case race, card, form, record, speed, rating, people, draw, field
    }

    public let name: String
    public let group: Group
    public let unit: String
    public let meaning: String
    /// The history that it reads, in words; "card" where it reads none.
    public let reads: String
    let value: Value

    enum Value: Sendable {
        case starter(@Sendable (borrowing StarterContext) -> Float)
        /// Compares the column `of` within the race.
        case field(Comparison, of: String)
    }

    enum Comparison: String, Sendable, CaseIterable {
        /// The share of the field that is as good or better: 1/n for the best.
        case rank
        /// Minus the field's mean.
        case diff
        /// The same in standard deviations of the field.
        case z
    }

    init(
        _ name: String, _ group: Group, _ unit: String, _ meaning: String, reads: String = "the horse's past",
        _ value: @escaping @Sendable (borrowing StarterContext) -> Float
    ) {
        self.name = name
        self.group = group
        self.unit = unit
        self.meaning = meaning
        self.reads = reads
        self.value = .starter(value)
    }

    init(_ comparison: Comparison, of base: Feature) {
        name = "\(base.name)_\(comparison.rawValue)"
        group = .field
        unit = comparison == .diff ? base.unit : comparison == .z ? "standard deviations" : "share"
        meaning =
            switch comparison {
            case .rank: "rank within the race over its size: \(base.meaning)"
            case .diff: "difference from the field's mean: \(base.meaning)"
            case .z: "z-score within the race: \(base.meaning)"
            }
        reads = base.reads
        value = .field(comparison, of: base.name)
    }
}
