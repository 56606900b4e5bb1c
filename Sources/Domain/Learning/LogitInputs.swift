import Dispatch
import Modeling
import Synchronization

/// The standardised inputs of a conditional logit for all training rows, row-major, and products with them.
///
/// Rows are worked on in a fixed number of blocks whose sums are added in order, so the result does not depend on the
/// number of threads.
final class LogitInputs: Sendable {
    private typealias Lane = SIMD8<Float>
    private let lanes: [Lane]
    /// Lanes in a row.
    private let width: Int
    private let weights: Int
    let rows: Int

    private static let blocks = 16

    /// - Parameter races: the first races of the set, or all.
    init(_ set: TrainingSet, _ races: [TrainingRace], _ model: ConditionalLogit) {
        weights = model.width
        rows = races.last?.rows.upperBound ?? 0
        let width = (model.width + 7) / 8
        self.width = width
        let columns = set.matrix.columns
        lanes = [Lane](unsafeUninitializedCapacity: rows * width) { lanes, count in
            count = lanes.count
            lanes.initialize(repeating: .zero)
            lanes.withMemoryRebound(to: Float.self) { values in
                for race in races {
                    let field = set.matrix.values[race.rows.lowerBound * columns..<race.rows.upperBound * columns]
                    model.inputs(field, columns: columns) { row, weight, _, input in
                        values[(race.rows.lowerBound + row) * width * 8 + weight] = Float(input)
                    }
                }
            }
        }
    }

    private func block(_ number: Int) -> Range<Int> {
        rows * number / Self.blocks..<rows * (number + 1) / Self.blocks
    }

    /// The score of each row.
    func scores(_ weights: [Double]) -> [Double] {
        let padded = (weights + [Double](repeating: 0, count: width * 8 - weights.count))
        let factors = (0..<width).map { lane in SIMD8<Double>(padded[lane * 8..<lane * 8 + 8]) }
        let scores = Mutex([Double](repeating: 0, count: rows))
        DispatchQueue.concurrentPerform(iterations: Self.blocks) { number in
            let block = block(number)
            let part = block.map { row in
                var sum = SIMD8<Double>.zero
                for lane in 0..<width { sum += SIMD8<Double>(lanes[row * width + lane]) * factors[lane] }
                return sum.sum()
            }
            scores.withLock { $0.replaceSubrange(block, with: part) }
        }
        return scores.withLock(\.self)
    }

    /// The gradient by weight from the gradient by row.
    func slope(_ gradient: [Double]) -> [Double] {
        let parts = Mutex([[SIMD8<Double>]](repeating: [], count: Self.blocks))
        DispatchQueue.concurrentPerform(iterations: Self.blocks) { number in
            var sums = [SIMD8<Double>](repeating: .zero, count: width)
            for row in block(number) {
                for lane in 0..<width { sums[lane] += SIMD8<Double>(lanes[row * width + lane]) * gradient[row] }
            }
            let part = sums
            parts.withLock { $0[number] = part }
        }
        var total = [SIMD8<Double>](repeating: .zero, count: width)
        for part in parts.withLock(\.self) { for lane in 0..<width { total[lane] += part[lane] } }
        return (0..<weights).map { total[$0 / 8][$0 % 8] }
    }
}
