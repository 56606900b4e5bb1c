/// An increasing calibration curve, by pool-adjacent-violators (Barlow et al. 1972), read between its knots by straight lines.
public struct Isotonic: Sendable, Codable, Equatable {
    public let x: [Double]
    public let y: [Double]

    /// - Parameters:
    ///   - predictions: uncalibrated; finite.
    ///   - outcomes: 0 to 1, one per prediction.
    public init(_ predictions: [Double], _ outcomes: [Double]) throws(ModellingError) {
        guard predictions.count == outcomes.count, !predictions.isEmpty else {
            throw ModellingError("\(predictions.count) predictions and \(outcomes.count) outcomes cannot be calibrated")
        }
        guard predictions.allSatisfy(\.isFinite), outcomes.allSatisfy({ (0...1).contains($0) }) else {
            throw ModellingError("a prediction is not finite, or an outcome is not within 0 and 1")
        }
        struct Block {
            var sum: Double
            var weight: Double
            let low: Double
            var high: Double
            var mean: Double { sum / weight }
        }
        var blocks: [Block] = []
        let order = predictions.indices.sorted { (predictions[$0], $0) < (predictions[$1], $1) }
        var index = 0
        while index < order.count {
            // equal predictions are one point
            let value = predictions[order[index]]
            var block = Block(sum: 0, weight: 0, low: value, high: value)
            while index < order.count, predictions[order[index]] == value {
                block.sum += outcomes[order[index]]
                block.weight += 1
                index += 1
            }
            blocks.append(block)
            while blocks.count > 1, blocks[blocks.count - 2].mean >= blocks[blocks.count - 1].mean {
                let last = blocks.removeLast()
                blocks[blocks.count - 1].sum += last.sum
                blocks[blocks.count - 1].weight += last.weight
                blocks[blocks.count - 1].high = last.high
            }
        }
        var (x, y): ([Double], [Double]) = ([], [])
        for (index, block) in blocks.enumerated() {
            // a block without a winner is not proof that there can be none, nor one of winners only that all win; only the ends can be such
            // blocks, and the curve must not turn for it
            var value = block.mean
            if value == 0 { value = min(0.5 / block.weight, index + 1 < blocks.count ? blocks[index + 1].mean : 1) }
            if value == 1 { value = max(1 - 0.5 / block.weight, index > 0 ? y[y.count - 1] : 0) }
            for end in block.low == block.high ? [block.low] : [block.low, block.high] {
                x.append(end)
                y.append(value)
            }
        }
        (self.x, self.y) = (x, y)
    }

    /// Beyond the ends the end's own value.
    public func callAsFunction(_ value: Double) -> Double {
        guard value > x[0] else { return y[0] }
        guard value < x[x.count - 1] else { return y[y.count - 1] }
        var (low, high) = (0, x.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= value { low = middle } else { high = middle }
        }
        let share = (value - x[low]) / (x[high] - x[low])
        return y[low] + share * (y[high] - y[low])
    }
}
