import Foundation

/// Two distributions over the same bins.
struct Shares {
    let reference: [Double]
    let current: [Double]

    init(_ counts: CategoryCounts) {
        self.init(reference: counts.reference, current: counts.current)
    }

    private init(reference: [Int], current: [Int]) {
        func shares(_ counts: [Int]) -> [Double] {
            let all = Double(counts.reduce(0, +))
            return counts.map { Double($0) / all }
        }
        self.reference = shares(reference)
        self.current = shares(current)
    }

    /// One bin for each value if the reference has up to 20 distinct ones; otherwise bins of equal width over both
    /// samples, as many as Sturges' rule says, as Evidently has them (`get_binned_data`). Both samples are sorted.
    init(binned reference: [Double], _ current: [Double]) {
        let counts = CategoryCounts(reference, current)
        guard counts.reference.count(where: { $0 > 0 }) > 20 else {
            self.init(counts)
            return
        }
        let (low, high) = (counts.values[0], counts.values[counts.values.count - 1])
        let width = (high - low) / (log2(Double(reference.count + current.count)) + 1)
        let bins = Int(((high - low) / width).rounded(.up))
        let edges = (0...bins).map { $0 == bins ? high : low + Double($0) * ((high - low) / Double(bins)) }
        self.init(reference: Self.histogram(reference, edges), current: Self.histogram(current, edges))
    }

    /// Every bin but the last is half open.
    private static func histogram(_ sorted: [Double], _ edges: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: edges.count - 1)
        var bin = 0
        for value in sorted {
            while bin < counts.count - 1, value >= edges[bin + 1] { bin += 1 }
            counts[bin] += 1
        }
        return counts
    }

    /// The square root of the Jensen-Shannon divergence in nats.
    var jensenShannonDistance: Double {
        func divergence(_ p: Double, _ middle: Double) -> Double { p == 0 ? 0 : p * log(p / middle) }
        let sum = zip(reference, current).reduce(0.0) { sum, pair in
            let middle = (pair.0 + pair.1) / 2
            return sum + divergence(pair.0, middle) + divergence(pair.1, middle)
        }
        return max(0, sum / 2).squareRoot()
    }

    /// The population stability index. An empty bin counts as 0.0001, or less if a share is as small.
    var stabilityIndex: Double {
        func filled(_ shares: [Double]) -> [Double] {
            let least = shares.filter { $0 > 0 }.min() ?? 1
            return shares.map { $0 > 0 ? $0 : least <= 0.0001 ? least / 1e6 : 0.0001 }
        }
        return zip(filled(reference), filled(current)).reduce(0.0) { $0 + ($1.0 - $1.1) * log($1.0 / $1.1) }
    }
}
