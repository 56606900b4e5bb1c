/// The two-sample Kolmogorov-Smirnov test.
enum KolmogorovSmirnov {
    /// The exact two-sided p-value, as `scipy.stats.ks_2samp` computes it for samples of up to 10,000 values: the share
    /// of the orders of both samples in which the distribution functions are at least as far apart (Hodges 1958).
    ///
    /// Takes time in proportion to the product of the counts. Both samples are sorted.
    static func pValue(_ first: [Double], _ second: [Double]) -> Double {
        let distance = scaledDistance(first, second)
        return distance == 0 ? 1 : probability(of: distance, first.count, second.count)
    }

    /// The greatest distance of the empirical distribution functions, times both counts: a whole number.
    private static func scaledDistance(_ first: [Double], _ second: [Double]) -> Int {
        var (i, j, greatest) = (0, 0, 0)
        while i < first.count || j < second.count {
            let value = min(i < first.count ? first[i] : .infinity, j < second.count ? second[j] : .infinity)
            while i < first.count, first[i] <= value { i += 1 }
            while j < second.count, second[j] <= value { j += 1 }
            greatest = max(greatest, abs(i * second.count - j * first.count))
        }
        return greatest
    }

    /// The share of the lattice paths from (0, 0) to (m, n) that reach `distance` somewhere. Only sums of positive
    /// numbers, so that small probabilities keep their digits.
    private static func probability(of distance: Int, _ m: Int, _ n: Int) -> Double {
        var row = [Double](repeating: 0, count: n + 1)
        for j in 0...n where j * m >= distance { row[j] = 1 }
        for i in 1...m {
            row[0] = i * n >= distance ? 1 : row[0]
            for j in 1...n {
                let reaches = abs(i * n - j * m) >= distance
                row[j] = reaches ? 1 : (row[j] * Double(i) + row[j - 1] * Double(j)) / Double(i + j)
            }
        }
        return min(1, row[n])
    }
}
