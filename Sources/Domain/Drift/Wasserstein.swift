/// The first Wasserstein distance of two samples.
enum Wasserstein {
    /// The area between the empirical distribution functions, in standard deviations of the reference, at least 0.001
    /// (Evidently's "Wasserstein distance (normed)"). Both samples are sorted.
    static func normed(_ reference: [Double], _ current: [Double]) -> Double {
        distance(reference, current) / max(deviation(reference), 0.001)
    }

    private static func distance(_ first: [Double], _ second: [Double]) -> Double {
        var (i, j, area) = (0, 0, 0.0)
        var last = min(first[0], second[0])
        while i < first.count || j < second.count {
            let value = min(i < first.count ? first[i] : .infinity, j < second.count ? second[j] : .infinity)
            area += abs(Double(i) / Double(first.count) - Double(j) / Double(second.count)) * (value - last)
            while i < first.count, first[i] == value { i += 1 }
            while j < second.count, second[j] == value { j += 1 }
            last = value
        }
        return area
    }

    /// Of the whole population, as numpy's `std` has it.
    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }
}
