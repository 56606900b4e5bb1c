/// A model in LightGBM's text format, as far as `Forest` reads it.
///
/// Decisions are those of `Tree::NumericalDecision` in LightGBM 4.
struct ForestText {
    struct Split {
        let input: Forest.Input
        /// The largest 32-bit number that goes to the left.
        let threshold: Float
        /// A split's number, or the complement of a leaf's.
        let left: Int
        let right: Int
    }

    struct Tree {
        var splits: [Split] = []
        var leaves: [Double] = []
        /// How many rows of the training data reached each split and each leaf; empty if the text does not say.
        var splitCounts: [Int] = []
        var leafCounts: [Int] = []
    }

    private(set) var featureNames: [String] = []
    /// `nil` if predictions are raw scores.
    private(set) var sigmoid: Double?
    private(set) var trees: [Tree] = []

    init(_ text: String) throws(ForestError) {
        var lines = ModelLines(text)
        try readHeader(&lines)
        while lines.hasMoreTrees { trees.append(try Self.tree(&lines)) }
        guard lines.isComplete else { throw ForestError("the model text is truncated") }
    }

    private mutating func readHeader(_ lines: inout ModelLines) throws(ForestError) {
        var isModel = false
        while let line = lines.next() {
            switch line.key {
            case "version": isModel = true
            case "num_class", "num_tree_per_iteration":
                guard line.text == "1" else { throw ForestError("\(line.key) is not 1") }
            case "average_output": throw ForestError("the trees are averaged")
            case "objective": sigmoid = try Self.sigmoid(line.text)
            case "feature_names": featureNames = line.text.split(separator: " ").map(String.init)
            default: break
            }
        }
        guard isModel else { throw ForestError("not a model in LightGBM's text format") }
    }

    private static func sigmoid(_ objective: String) throws(ForestError) -> Double? {
        if objective == "custom" || objective == "none" { return nil }
        let words = objective.split(separator: " ")
        guard words.first == "binary",
            let factor = words.lazy.compactMap({ $0.hasPrefix("sigmoid:") ? Double($0.dropFirst(8)) : nil }).first
        else { throw ForestError("the objective is \(objective)") }
        return factor
    }

    private static func tree(_ lines: inout ModelLines) throws(ForestError) -> Tree {
        var tree = Tree()
        var count: Int?
        var categories = ""
        var columns: [Int] = []
        var thresholds: [Double] = []
        var decisions: [Int] = []
        var left: [Int] = []
        var right: [Int] = []
        while let line = lines.next() {
            switch line.key {
            case "num_leaves": count = try line.integers().first
            case "num_cat": categories = line.text
            case "is_linear":
                guard line.text == "0" else { throw ForestError("a tree has linear leaves") }
            case "leaf_value": tree.leaves = try line.numbers()
            case "split_feature": columns = try line.integers()
            case "threshold": thresholds = try line.numbers()
            case "decision_type": decisions = try line.integers()
            case "internal_count": tree.splitCounts = try line.integers()
            case "leaf_count": tree.leafCounts = try line.integers()
            case "left_child": left = try line.integers()
            case "right_child": right = try line.integers()
            default: break
            }
        }
        guard categories == "0" else { throw ForestError("a tree has categorical splits") }
        guard tree.leaves.allSatisfy(\.isFinite), !tree.leaves.isEmpty, count == tree.leaves.count else {
            throw ForestError("leaf_value does not have num_leaves finite values")
        }
        guard tree.leaves.count > 1 else { return tree }
        let counts = [columns.count, thresholds.count, decisions.count, left.count, right.count]
        guard counts.allSatisfy({ $0 == tree.leaves.count - 1 }) else {
            throw ForestError("a tree of \(tree.leaves.count) leaves has \(counts) values for its splits")
        }
        tree.splits.reserveCapacity(columns.count)
        for index in columns.indices {
            guard !thresholds[index].isNaN else { throw ForestError("a threshold is not a number") }
            tree.splits.append(
                Split(
                    input: Forest.Input(column: columns[index], missing: try missing(decisions[index])),
                    threshold: roundedDown(thresholds[index]),
                    left: left[index],
                    right: right[index]
                )
            )
        }
        return tree
    }

    /// Bit 0 marks a categorical split, bit 1 a default to the left; bits 2 and 3 are the type of missing values.
    private static func missing(_ decision: Int) throws(ForestError) -> Forest.Missing {
        guard decision & 1 == 0 else { throw ForestError("a split is categorical") }
        let isLeft = decision & 2 != 0
        switch decision >> 2 {
        case 0: return .zero
        case 1: return isLeft ? .zeroLeft : .zeroRight
        case 2: return isLeft ? .left : .right
        default: throw ForestError("decision_type \(decision) is unknown")
        }
    }

    private static func roundedDown(_ threshold: Double) -> Float {
        let nearest = Float(threshold)
        return Double(nearest) > threshold ? nearest.nextDown : nearest
    }
}
