/// A mean of values that come in groups, such as the runners of a race, which rise and fall together.
public struct ClusteredMean: Sendable, Equatable {
    public let count: Int
    public let clusters: Int
    public let mean: Double
    /// Clustered (Liang and Zeger 1986); nil for fewer than two groups.
    public let standardError: Double?

    /// - Parameter values: each with the group that it is of.
    /// - Returns: nil without values.
    public init?(_ values: [(Int64, Double)]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0) { $0 + $1.1 } / Double(values.count)
        var sums: [Int64: Double] = [:]
        for (cluster, value) in values { sums[cluster, default: 0] += value - mean }
        let g = Double(sums.count)
        self.mean = mean
        count = values.count
        clusters = sums.count
        standardError =
            sums.count > 1
            ? (sums.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value } * g / (g - 1)).squareRoot() / Double(values.count) : nil
    }
}
