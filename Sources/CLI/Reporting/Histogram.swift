/// The counts of values in bins of equal width.
public struct Histogram: Sendable, Equatable {
    public struct Bin: Sendable, Equatable {
        public let centre: Double
        public let count: Int
    }

    /// The bins in ascending order, 5 to 20 over the range of the values; one bin if all values are equal.
    public let bins: [Bin]

    /// - Parameter values: values that are not finite are ignored.
    public init(_ values: [Double]) {
        let finite = values.filter(\.isFinite)
        guard let low = finite.min(), let high = finite.max(), high > low else {
            bins = finite.first.map { [Bin(centre: $0, count: finite.count)] } ?? []
            return
        }
        let binCount = min(20, max(5, finite.count / 5))
        let width = (high - low) / Double(binCount)
        var counts = [Int](repeating: 0, count: binCount)
        for value in finite { counts[min(binCount - 1, Int((value - low) / width))] += 1 }
        bins = counts.enumerated().map { index, count in
            Bin(centre: low + (Double(index) + 0.5) * width, count: count)
        }
    }

    /// Returns the histogram as a bar chart.
    public func chart(title: String, xLabel: String, yLabel: String) -> Chart {
        Chart(
            title: title,
            xLabel: xLabel,
            yLabel: yLabel,
            series: [
                Chart.Series("", .bars, colour: Colour.bars, points: bins.map { (x: $0.centre, y: Double($0.count)) })
            ]
        )
    }
}
