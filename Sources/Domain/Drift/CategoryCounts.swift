import Foundation

/// How often each value occurs in two samples.
struct CategoryCounts {
    /// The distinct values of both samples, ascending.
    let values: [Double]
    let reference: [Int]
    let current: [Int]

    /// Both samples are sorted.
    init(_ reference: [Double], _ current: [Double]) {
        var (values, left, right): ([Double], [Int], [Int]) = ([], [], [])
        var (i, j) = (0, 0)
        while i < reference.count || j < current.count {
            let value = min(i < reference.count ? reference[i] : .infinity, j < current.count ? current[j] : .infinity)
            let (start, other) = (i, j)
            while i < reference.count, reference[i] == value { i += 1 }
            while j < current.count, current[j] == value { j += 1 }
            values.append(value)
            left.append(i - start)
            right.append(j - other)
        }
        (self.values, self.reference, self.current) = (values, left, right)
    }

    /// The p-value of Pearson's test of the current counts against the shares of the reference. A value that the
    /// reference lacks gives 0.
    var chiSquaredPValue: Double {
        let scale = Double(current.reduce(0, +)) / Double(reference.reduce(0, +))
        let statistic = zip(reference, current).reduce(0.0) { sum, counts in
            let expected = Double(counts.0) * scale
            let difference = Double(counts.1) - expected
            return sum + difference * difference / expected
        }
        return ChiSquared.survival(statistic, degrees: values.count - 1)
    }

    /// The p-value of the two-sided z-test of two proportions: the share of the values above the smallest one.
    var zTestPValue: Double {
        guard values.count > 1 else { return 1 }
        let (n, m) = (Double(reference.reduce(0, +)), Double(current.reduce(0, +)))
        let (p, q) = (1 - Double(reference[0]) / n, 1 - Double(current[0]) / m)
        let pooled = (p * n + q * m) / (n + m)
        let z = (p - q) / (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
        return erfc(abs(z) / 2.0.squareRoot())
    }
}

/// The chi-squared distribution of a few degrees of freedom.
enum ChiSquared {
    /// The probability of a greater value, in closed form (Abramowitz and Stegun, 26.4.4 and 26.4.5).
    static func survival(_ x: Double, degrees: Int) -> Double {
        guard x.isFinite else { return 0 }
        guard degrees > 0, x > 0 else { return 1 }
        let half = x / 2
        let isOdd = degrees % 2 == 1
        var term = isOdd ? (half / .pi).squareRoot() * exp(-half) * 2 : exp(-half)
        var sum = isOdd ? erfc(half.squareRoot()) : 0
        for k in 0..<(degrees / 2) {
            sum += term
            term *= half / (isOdd ? Double(k) + 1.5 : Double(k) + 1)
        }
        return sum
    }
}
