import Racing

/// A comparison of live features and predictions with those that a model was trained on.
public struct DriftRun: Sendable, Equatable {
    public enum Kind: String, Sendable {
        case feature, prediction
    }

    /// One column, as it is stored.
    public struct Column: Sendable, Equatable {
        public let name: String
        public let kind: Kind
        /// `nil` if one of the samples holds no value.
        public let test: DriftTest?
        public let score: Double?
        /// The population stability index.
        public let psi: Double?
        public let isDrifted: Bool
        public let reference: Summary
        public let current: Summary

        public init(
            name: String,
            kind: Kind,
            test: DriftTest?,
            score: Double?,
            psi: Double?,
            isDrifted: Bool,
            reference: Summary,
            current: Summary
        ) {
            self.name = name
            self.kind = kind
            self.test = test
            self.score = score
            self.psi = psi
            self.isDrifted = isDrifted
            self.reference = reference
            self.current = current
        }
    }

    /// What is kept of a sample.
    public struct Summary: Sendable, Equatable {
        /// From 0 to 1.
        public let missingShare: Double
        public let mean: Double?
        /// The percentiles of `DriftRun.percentiles`; empty without values.
        public let spread: [Double]

        public init(missingShare: Double, mean: Double?, spread: [Double]) {
            self.missingShare = missingShare
            self.mean = mean
            self.spread = spread
        }
    }

    public static let percentiles = [0.05, 0.25, 0.5, 0.75, 0.95]

    public let model: String
    public let modelID: Int64
    /// The days whose live races are compared.
    public let days: ClosedRange<CalendarDay>
    /// The days of the training data that they are compared with.
    public let referenceDays: ClosedRange<CalendarDay>
    public let races: Int
    public let referenceRows: Int
    public let currentRows: Int
    public let columns: [Column]

    public init(
        model: String,
        modelID: Int64,
        days: ClosedRange<CalendarDay>,
        referenceDays: ClosedRange<CalendarDay>,
        races: Int,
        referenceRows: Int,
        currentRows: Int,
        columns: [Column]
    ) {
        self.model = model
        self.modelID = modelID
        self.days = days
        self.referenceDays = referenceDays
        self.races = races
        self.referenceRows = referenceRows
        self.currentRows = currentRows
        self.columns = columns
    }

    public var summary: DriftSummary {
        DriftSummary(columns: columns.count, drifted: columns.count(where: \.isDrifted))
    }
}

extension DriftRun.Column {
    public init(_ drift: ColumnDrift, _ kind: DriftRun.Kind) {
        self.init(
            name: drift.name,
            kind: kind,
            test: drift.test,
            score: drift.score,
            psi: drift.stabilityIndex,
            isDrifted: drift.isDrifted,
            reference: DriftRun.Summary(drift.reference),
            current: DriftRun.Summary(drift.current)
        )
    }
}

extension DriftRun.Summary {
    init(_ sample: ColumnSample) {
        self.init(
            missingShare: sample.missingShare,
            mean: sample.mean,
            spread: DriftRun.percentiles.compactMap { sample.quantile($0) }
        )
    }
}
