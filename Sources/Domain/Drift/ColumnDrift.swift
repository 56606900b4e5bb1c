/// Whether one column has drifted.
public struct ColumnDrift: Sendable, Equatable {
    public let name: String
    /// `nil` if one of the samples holds no value.
    public let test: DriftTest?
    /// A p-value or a distance; `nil` without a test.
    public let score: Double?
    /// The population stability index, beside the test; `nil` without a test.
    public let stabilityIndex: Double?
    /// By the test. A column that holds values in one sample only has drifted too.
    public let isDrifted: Bool
    public let reference: ColumnSample
    public let current: ColumnSample

    public init(_ name: String, reference: ColumnSample, current: ColumnSample) {
        self.name = name
        self.reference = reference
        self.current = current
        guard !reference.values.isEmpty, !current.values.isEmpty else {
            (test, score, stabilityIndex) = (nil, nil, nil)
            isDrifted = reference.values.isEmpty != current.values.isEmpty
            return
        }
        let distinct = CategoryCounts(reference.values, current.values).values.count
        let test = DriftTest(referenceCount: reference.values.count, distinct: distinct)
        let score = test.score(reference.values, current.values)
        self.test = test
        self.score = score
        stabilityIndex = Shares(binned: reference.values, current.values).stabilityIndex
        isDrifted = test.isDrift(score)
    }

    /// The index from which on a column is worth a look.
    public static let stabilityThreshold = 0.1

    /// How much more often the value is missing now, from -1 to 1. The tests leave missing values out.
    public var missingShareChange: Double { current.missingShare - reference.missingShare }
}
