/// The values of one column in one sample, the missing ones counted.
public struct ColumnSample: Sendable, Equatable {
    /// Ascending, without missing and infinite values.
    public let values: [Double]
    public let missing: Int

    /// - Parameter values: in any order; NaN and infinities count as missing.
    public init(_ values: [Double]) {
        let present = values.filter(\.isFinite).sorted()
        self.values = present
        missing = values.count - present.count
    }

    public var count: Int { values.count + missing }

    /// From 0 to 1.
    public var missingShare: Double { count == 0 ? 0 : Double(missing) / Double(count) }

    /// `nil` without values.
    public var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    /// The value below which this share of the values lies; `nil` without values.
    public func quantile(_ share: Double) -> Double? {
        values.isEmpty ? nil : values[min(values.count - 1, Int(share * Double(values.count)))]
    }
}
