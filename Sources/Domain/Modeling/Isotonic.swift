/// An increasing calibration curve, linear between its knots, fitted by pool-adjacent-violators (Barlow et al. 1972).
public struct Isotonic: Sendable, Codable, Equatable {
    /// The predictions at the knots, ascending.
    public let x: [Double]
    /// The calibrated probabilities at the knots.
    public let y: [Double]

    /// - Parameters:
    ///   - predictions: uncalibrated, finite.
    ///   - outcomes: 0 to 1, one per prediction.
    /// - Throws: `ModelingError` if the counts differ or are 0, or a value is out of range.
    public init(_ predictions: [Double], _ outcomes: [Double]) throws(ModelingError) {
        guard predictions.count == outcomes.count, !predictions.isEmpty else {
            throw ModelingError(
                "cannot calibrate \(predictions.count) predictions with \(outcomes.count) outcomes: "
                    + "the counts must be equal and above 0"
            )
        }
        guard predictions.allSatisfy(\.isFinite), outcomes.allSatisfy({ (0...1).contains($0) }) else {
            throw ModelingError("cannot calibrate: a prediction is not finite, or an outcome is outside 0...1")
        }
        let blocks = Self.pooledBlocks(predictions, outcomes)
        var x: [Double] = []
        var y: [Double] = []
        for (index, block) in blocks.enumerated() {
            // A block without a winner does not prove that its runners cannot win, nor a block of winners that they
            // always win. Only the first and last blocks can be such blocks. The neighbour limits the correction so
            // that the curve stays increasing.
            var value = block.mean
            if value == 0 { value = min(0.5 / block.weight, index + 1 < blocks.count ? blocks[index + 1].mean : 1) }
            if value == 1 { value = max(1 - 0.5 / block.weight, index > 0 ? y[y.count - 1] : 0) }
            for end in block.low == block.high ? [block.low] : [block.low, block.high] {
                x.append(end)
                y.append(value)
            }
        }
        self.x = x
        self.y = y
    }

    /// Predictions from `low` to `high` that share one mean outcome.
    private struct Block {
        var sum: Double
        var weight: Double
        let low: Double
        var high: Double
        var mean: Double { sum / weight }
    }

    private static func pooledBlocks(_ predictions: [Double], _ outcomes: [Double]) -> [Block] {
        var blocks: [Block] = []
        let order = predictions.indices.sorted { (predictions[$0], $0) < (predictions[$1], $1) }
        var index = 0
        while index < order.count {
            // Equal predictions are one point.
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
        return blocks
    }

    /// Whether this is a curve that `init(_:_:)` could have fitted. A decoded one may be anything.
    var isCurve: Bool {
        !x.isEmpty && x.count == y.count && y.allSatisfy { (0...1).contains($0) }
            && zip(x, x.dropFirst()).allSatisfy { $0 < $1 } && zip(y, y.dropFirst()).allSatisfy { $0 <= $1 }
    }

    /// The calibrated probability. Beyond the first and last knot the curve is flat.
    public func callAsFunction(_ value: Double) -> Double {
        guard value > x[0] else { return y[0] }
        guard value < x[x.count - 1] else { return y[y.count - 1] }
        var low = 0
        var high = x.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if x[middle] <= value { low = middle } else { high = middle }
        }
        let share = (value - x[low]) / (x[high] - x[low])
        return y[low] + share * (y[high] - y[low])
    }
}
