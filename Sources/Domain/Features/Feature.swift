/// One column of the feature matrix.
///
/// The definition holds everything about the feature: its computation, its documentation and its wording.
public struct Feature: Sendable {
    /// The subject of a feature, for tables and ablations.
    public enum Group: String, Sendable, CaseIterable {
        case race, card, form, record, speed, rating, people, draw, field
        // Of feature set 2.
        case figures, suitability, connections, stalls, campaign, gear, pace, performance
    }

    /// Describes a known value in words.
    typealias Words = @Sendable (FeatureReading) -> String

    public let name: String
    public let group: Group
    public let unit: String
    public let meaning: String
    /// The history that the feature reads, in words; "card" if it reads none.
    public let reads: String
    let value: Value
    /// What is missing if the value is NaN, as in "the last run: not known"; `nil` means the name.
    let noun: String?
    /// The value in words; `nil` means the name and the number.
    let words: Words?

    enum Value: Sendable {
        case starter(@Sendable (borrowing StarterContext) -> Float)
        /// A value in doubles, from the form that only feature set 2 reads. It is rounded to 32 bits at the end, after
        /// the comparisons within the race.
        case form(@Sendable (borrowing StarterForm) -> Double)
        /// Compares the column `of` within the race.
        case field(Comparison, of: String)
    }

    /// A comparison of one column among the starters of a race.
    enum Comparison: String, Sendable, CaseIterable {
        /// The share of the field that is as good or better: 1/n for the best.
        case rank
        /// The value minus the field's mean.
        case diff
        /// The difference from the field's mean in standard deviations of the field.
        case z
        /// The field's mean.
        case mean
        /// The share of the field that is below a quarter; missing values are not.
        case front

        /// The end of the names of such features.
        var suffix: String { "_\(rawValue)" }
    }

    /// Defines a feature of each starter.
    ///
    /// - Parameters:
    ///   - name: hashed into the feature set; so are `unit`, `meaning` and `reads`, but not `noun` and `words`.
    ///   - noun: what is missing if the value is NaN; the name by default.
    ///   - value: the value of one starter; NaN if unknown.
    ///   - words: the value in words; the name and the number by default. Never called while a matrix is built.
    init(
        _ name: String,
        _ group: Group,
        _ unit: String,
        _ meaning: String,
        reads: String = "the horse's past",
        noun: String? = nil,
        _ value: @escaping @Sendable (borrowing StarterContext) -> Float,
        words: Words? = nil
    ) {
        self.init(name, group, unit, meaning, reads: reads, noun: noun, value: .starter(value), words: words)
    }

    private init(
        _ name: String,
        _ group: Group,
        _ unit: String,
        _ meaning: String,
        reads: String,
        noun: String?,
        value: Value,
        words: Words?
    ) {
        self.name = name
        self.group = group
        self.unit = unit
        self.meaning = meaning
        self.reads = reads
        self.noun = noun
        self.value = value
        self.words = words
    }

    /// The feature of the same name in a later set, by other rules.
    func revised(_ rules: String, _ value: @escaping @Sendable (borrowing StarterContext) -> Float) -> Feature {
        Feature(
            name,
            group,
            unit,
            "\(meaning); \(rules)",
            reads: reads,
            noun: noun,
            value: .starter(value),
            words: words
        )
    }

    /// Defines a feature of each starter from its form.
    init(
        _ name: String,
        _ group: Group,
        _ unit: String,
        _ meaning: String,
        reads: String = "the horse's past",
        noun: String? = nil,
        form value: @escaping @Sendable (borrowing StarterForm) -> Double,
        words: Words? = nil
    ) {
        self.init(name, group, unit, meaning, reads: reads, noun: noun, value: .form(value), words: words)
    }

    /// Defines the comparison of another feature within the race.
    init(_ comparison: Comparison, of base: Feature) {
        name = base.name + comparison.suffix
        group = .field
        (unit, meaning) =
            switch comparison {
            case .rank: ("share", "rank within the race over its size: \(base.meaning)")
            case .diff: (base.unit, "difference from the field's mean: \(base.meaning)")
            case .z: ("standard deviations", "z-score within the race: \(base.meaning)")
            case .mean: (base.unit, "the field's mean: \(base.meaning)")
            case .front: ("share", "share of the field below a quarter: \(base.meaning)")
            }
        reads = base.reads
        noun = nil
        value = .field(comparison, of: base.name)
        words = nil
    }

    /// The name of the feature that a comparison within the race compares; any other name is returned unchanged.
    static func base(of name: String) -> String {
        for comparison in Comparison.allCases where name.hasSuffix(comparison.suffix) {
            return String(name.dropLast(comparison.suffix.count))
        }
        return name
    }
}
