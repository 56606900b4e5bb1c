/// The mean of values in clusters whose members are correlated, such as the runners of a race.
public struct ClusteredMean: Sendable, Equatable {
    public let count: Int
    public let clusters: Int
    public let mean: Double
    /// The standard error, clustered (Liang and Zeger 1986); `nil` for fewer than two clusters.
    public let standardError: Double?

    /// Computes the mean and its standard error.
    ///
    /// - Parameter values: Pairs of a cluster and a value.
    /// - Returns: `nil` if `values` is empty.
    public init?(_ values: [(Int64, Double)]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0) { $0 + $1.1 } / Double(values.count)
        var residuals: [Int64: Double] = [:]
        for (cluster, value) in values { residuals[cluster, default: 0] += value - mean }
        self.mean = mean
        count = values.count
        clusters = residuals.count
        guard residuals.count > 1 else {
            standardError = nil
            return
        }
        // A fixed order of summation keeps the last digits reproducible.
        let squares = residuals.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
        let g = Double(residuals.count)
        standardError = (squares * g / (g - 1)).squareRoot() / Double(values.count)
    }
}
