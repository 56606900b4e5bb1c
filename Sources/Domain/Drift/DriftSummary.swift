/// Whether a data set has drifted: if half of its columns have (Evidently's `DataDriftPreset`).
public struct DriftSummary: Sendable, Equatable {
    public let columns: Int
    public let drifted: Int

    public init(_ columns: [ColumnDrift]) {
        self.init(columns: columns.count, drifted: columns.count(where: \.isDrifted))
    }

    public init(columns: Int, drifted: Int) {
        self.columns = columns
        self.drifted = drifted
    }

    /// From 0 to 1.
    public var share: Double { columns == 0 ? 0 : Double(drifted) / Double(columns) }

    public var isDrifted: Bool { columns > 0 && share >= 0.5 }
}
