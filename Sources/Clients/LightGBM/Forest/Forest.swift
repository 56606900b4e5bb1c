import CForest
import Foundation

/// An evaluator of LightGBM models that share their features: the trees of all models in one flat array.
///
/// The scores equal LightGBM's bit for bit: thresholds are rounded down to 32 bits, which decides every 32-bit value as
/// before, and leaves are added up in the order of the trees. There are two evaluators. `ForestRanks` compares ranks.
/// If any model is too large for it, all models are walked: the rows of a block walk down each tree together, one level
/// at a time and without branches, so that the processor overlaps their memory accesses instead of waiting for each.
public struct Forest: Sendable {
    /// A split, or a leaf, which leads to itself because 0 is at most its threshold. The right child follows the left
    /// one.
    typealias Node = forest_node

    struct Tree {
        let nodes: Range<Int>
        let depth: Int
        /// The most different features between the root and a leaf.
        let featuresOnPath: Int
    }

    /// What stands for a missing value, so that a comparison decides as LightGBM does.
    enum Missing: Hashable {
        /// Missing values are 0.
        case zero
        /// Missing values go to the left, or to the right.
        case left, right
        /// Missing values and zeros go to the left, or to the right.
        case zeroLeft, zeroRight
    }

    /// A column of the matrix as splits read it. A NaN is at most no threshold, so it goes to the right.
    struct Input: Hashable {
        let column: Int
        let missing: Missing

        /// The value that a split compares with its threshold. LightGBM's predictor takes tiny values for 0.
        @inline(__always)
        func value(_ x: Float) -> Float {
            let isZero = abs(x) <= Self.zeroThreshold
            return switch missing {
            case .zero: x.isNaN || isZero ? 0 : x
            case .left: x.isNaN ? -.infinity : isZero ? 0 : x
            case .right: isZero ? 0 : x
            case .zeroLeft: x.isNaN || isZero ? -.infinity : x
            case .zeroRight: isZero ? .nan : x
            }
        }

        /// The value, or 0 in place of a tiny one, as in LightGBM's predictor.
        @inline(__always)
        static func withoutTinyValues(_ x: Float) -> Float { abs(x) <= zeroThreshold ? 0 : x }

        /// `kZeroThreshold` of LightGBM.
        private static let zeroThreshold: Float = 1e-35
    }

    /// The number of rows that walk down a tree together. `forest_contribute` expects it in `Node.input`.
    static let lanes = 8

    public let featureNames: [String]
    let nodes: [Node]
    /// The value of each leaf, by the index of its node; 0 for splits.
    let leaves: [Double]
    /// The trees of each model.
    let models: [[Tree]]
    let inputs: [Input]
    let ranks: ForestRanks?
    /// `nil` if contributions cannot be computed.
    let contributionTrees: ContributionTrees?
    /// The factor of the logistic function that turns scores into probabilities; `nil` if predictions are raw scores.
    private let sigmoid: Double?

    /// - Parameter texts: models in LightGBM's text format.
    /// - Throws: `ForestError` if a text is malformed, needs what this evaluator does not have (categorical splits,
    ///   linear leaves, several classes), or has other features or another objective than the first.
    public init(_ texts: [String]) throws(ForestError) {
        var builder = ForestBuilder()
        for text in texts { try builder.add(try ForestText(text)) }
        guard let first = builder.first else { throw ForestError("there is no model") }
        featureNames = first.featureNames
        sigmoid = first.sigmoid
        nodes = builder.nodes
        leaves = builder.leaves
        models = builder.models
        inputs = builder.inputs
        contributionTrees = ContributionTrees(models, inputs, shares: builder.shares)
        ranks = ForestRanks(nodes, leaves, models, inputs)
    }

    /// Whether thresholds are compared by their ranks, the faster way.
    package var comparesRanks: Bool { ranks != nil }

    /// The mean prediction of each row over the models: a probability for `binary`, else the raw score.
    ///
    /// - Precondition: the matrix has the columns of `featureNames`.
    public func predict(_ matrix: LightGBMMatrix) -> [Double] {
        precondition(matrix.columns == featureNames.count, "\(matrix.columns) columns, \(featureNames.count) features")
        guard let ranks else { return predictByWalking(matrix) }
        return predict(matrix, ranks, hasAVX2: ForestRanks.hasAVX2)
    }

    /// The mean predictions as they are computed if a model is too large for `ForestRanks`.
    package func predictByWalking(_ matrix: LightGBMMatrix) -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.rows)
        // The input before the first one is 0 for all rows: leaves read it.
        var block = [Float](repeating: 0, count: (inputs.count + 1) * Self.lanes)
        for start in stride(from: 0, to: matrix.rows, by: Self.lanes) {
            let rows = start..<min(start + Self.lanes, matrix.rows)
            fill(&block, matrix, rows, lanes: Self.lanes)
            for model in models {
                let scores = scores(model, block, rows: rows.count)
                for (lane, row) in rows.enumerated() { mean[row] += output(scores[lane]) / Double(models.count) }
            }
        }
        return mean
    }

    /// The mean predictions as they are computed on a processor without AVX2; `nil` unless ranks are compared.
    package func predictWithoutAVX2(_ matrix: LightGBMMatrix) -> [Double]? {
        ranks.map { predict(matrix, $0, hasAVX2: false) }
    }

    private func predict(_ matrix: LightGBMMatrix, _ ranks: ForestRanks, hasAVX2: Bool) -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.rows)
        for start in stride(from: 0, to: matrix.rows, by: ForestRanks.lanes) {
            let rows = start..<min(start + ForestRanks.lanes, matrix.rows)
            for scores in ranks.scores(matrix, rows, hasAVX2: hasAVX2) {
                for (lane, row) in rows.enumerated() { mean[row] += output(scores[lane]) / Double(models.count) }
            }
        }
        return mean
    }

    private func output(_ score: Double) -> Double { sigmoid.map { 1 / (1 + exp(-$0 * score)) } ?? score }

    /// Transposes the inputs of some rows, so that each input of all `lanes` is in one place.
    func fill(_ block: inout [Float], _ matrix: LightGBMMatrix, _ rows: Range<Int>, lanes: Int) {
        block.withUnsafeMutableBufferPointer { block in
            matrix.values.withUnsafeBufferPointer { values in
                for (index, input) in inputs.enumerated() {
                    let target = (index + 1) * lanes
                    for (lane, row) in rows.enumerated() {
                        block[target + lane] = input.value(values[row * matrix.columns + input.column])
                    }
                }
            }
        }
    }

    /// The scores of a block's lanes by one model.
    private func scores(_ trees: [Tree], _ block: [Float], rows: Int) -> SIMD8<Double> {
        nodes.withUnsafeBufferPointer { nodes in
            leaves.withUnsafeBufferPointer { leaves in
                block.withUnsafeBufferPointer { block in
                    guard let nodes = nodes.baseAddress, let leaves = leaves.baseAddress,
                        let block = block.baseAddress
                    else { return SIMD8(repeating: 0) }
                    return rows > Self.lanes / 2
                        ? walkEight(trees, nodes, leaves, block) : walkFour(trees, nodes, leaves, block)
                }
            }
        }
    }
}
