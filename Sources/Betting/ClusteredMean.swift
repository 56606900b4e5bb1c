/// A mean of values that come in groups, such as the runners of a race, which rise and fall together.
public struct ClusteredMean: Sendable, Equatable {
    public let count: Int
    public let clusters: Int
    public let mean: Double
    /// Clustered (Liang and Zeger 1986); nil for fewer than two groups.
    public let standardError: Double?

    /// - Returns: nil without values.
    public init?(_ values: [(cluster: Int64, value: Double)]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0) { $0 + $1.value } / Double(values.count)
        var sums: [Int64: Double] = [:]
        for one in values { sums[one.cluster, default: 0] += one.value - mean }
        let g = Double(sums.count)
        self.mean = mean
        count = values.count
        clusters = sums.count
        standardError = sums.count > 1 ? (sums.values.reduce(0) { $0 + $1 * $1 } * g / (g - 1)).squareRoot() / Double(values.count) : nil
    }
}
