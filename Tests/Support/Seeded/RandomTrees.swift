import Randomness

/// Trees of random shapes and decisions in LightGBM's text format.
public struct RandomTrees {
    public var names: [String]
    /// Whether trees grow in depth only.
    public var isDeep: Bool
    /// Draws the threshold of a split.
    private let threshold: (inout SplitMix64) -> Double

    public init(_ names: [String], isDeep: Bool = false, threshold: @escaping (inout SplitMix64) -> Double) {
        self.names = names
        self.isDeep = isDeep
        self.threshold = threshold
    }

    /// The text of a model.
    ///
    /// - Parameter leaves: draws the number of leaves of each tree.
    public func model(
        trees: Int,
        objective: String? = nil,
        _ random: inout SplitMix64,
        leaves: (inout SplitMix64) -> Int
    ) -> String {
        let header = [
            "tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0",
            "max_feature_idx=\(names.count - 1)", objective.map { "objective=\($0)" },
            "feature_names=" + names.joined(separator: " "),
            "feature_infos=" + names.map { _ in "[-10:10]" }.joined(separator: " "), "", "",
        ].compactMap(\.self).joined(separator: "\n")
        let body = (0..<trees).map { tree($0, leaves: leaves(&random), &random) }.joined()
        return header + body + "end of trees\n\npandas_categorical:null\n"
    }

    private func tree(_ number: Int, leaves count: Int, _ random: inout SplitMix64) -> String {
        let (left, right) = shape(leaves: count, &random)
        let leafCounts = (0..<count).map { _ in 1 + random.below(50) }
        func rows(_ child: Int) -> Int { child < 0 ? leafCounts[-1 - child] : rows(left[child]) + rows(right[child]) }
        func line<Value>(_ key: String, _ count: Int, _ value: () -> Value) -> String {
            "\(key)=" + (0..<count).map { _ in "\(value())" }.joined(separator: " ")
        }
        let kinds = [0, 2, 4, 6, 8, 10]
        return [
            "Tree=\(number)", "num_leaves=\(count)", "num_cat=0",
            line("split_feature", count - 1) { random.below(names.count) }, line("split_gain", count - 1) { 1 },
            line("threshold", count - 1) { threshold(&random) },
            line("decision_type", count - 1) { kinds[random.below(kinds.count)] },
            "left_child=" + left.map(String.init).joined(separator: " "),
            "right_child=" + right.map(String.init).joined(separator: " "),
            line("leaf_value", count) { random.uniform() * 2 - 1 },
            "leaf_count=" + leafCounts.map(String.init).joined(separator: " "),
            "internal_count=" + left.indices.map { String(rows($0)) }.joined(separator: " "), "is_linear=0",
            "shrinkage=1", "", "",
        ].filter { count > 1 || !$0.hasSuffix("=") }.joined(separator: "\n")
    }

    /// The children of each split. Splits one leaf after the other, as LightGBM grows trees. The first leaf keeps its
    /// number.
    private func shape(leaves count: Int, _ random: inout SplitMix64) -> (left: [Int], right: [Int]) {
        var left = [Int](repeating: 0, count: count - 1)
        var right = left
        var parents: [(split: Int, isLeft: Bool)?] = [nil]
        for split in 0..<max(0, count - 1) {
            let leaf = isDeep ? parents.count - 1 : random.below(parents.count)
            if let parent = parents[leaf] {
                if parent.isLeft { left[parent.split] = split } else { right[parent.split] = split }
            }
            left[split] = -1 - leaf
            right[split] = -1 - parents.count
            parents[leaf] = (split, true)
            parents.append((split, false))
        }
        return (left, right)
    }
}
