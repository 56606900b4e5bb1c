import Randomness

/// A tree whose splits follow each other to the right, each by a feature of its own at 0.5, and its Shapley values by
/// their definition.
struct ChainTree {
    /// The value of each leaf, and how many rows of the training data reached it.
    private let leaves: [(value: Double, rows: Int)]

    init(splits: Int, _ random: inout SplitMix64) {
        leaves = (0...splits).map { _ in (random.uniform() * 2 - 1, 1 + random.below(50)) }
    }

    private var splits: Int { leaves.count - 1 }

    /// The rows that reach a split.
    private func rows(from split: Int) -> Int { leaves[split...].reduce(0) { $0 + $1.rows } }

    /// The tree as a model in LightGBM's text format.
    var text: String {
        func line(_ key: String, _ values: some Sequence) -> String {
            "\(key)=" + values.map { "\($0)" }.joined(separator: " ")
        }
        return [
            "tree", "version=v4", "num_class=1", "num_tree_per_iteration=1",
            line("feature_names", (0..<splits).map { "x\($0)" }), "", "Tree=0", "num_leaves=\(leaves.count)",
            "num_cat=0", line("split_feature", 0..<splits),
            line("threshold", [Double](repeating: 0.5, count: splits)),
            line("decision_type", [Int](repeating: 8, count: splits)), line("left_child", (0..<splits).map { -1 - $0 }),
            line("right_child", (0..<splits).map { $0 + 1 < splits ? $0 + 1 : -1 - splits }),
            line("leaf_value", leaves.map(\.value)), line("leaf_count", leaves.map(\.rows)),
            line("internal_count", (0..<splits).map(rows)), "", "end of trees", "",
        ].joined(separator: "\n")
    }

    /// A feature counts for a leaf with the mean over all orders of features of what it adds. All terms of a mean have
    /// the same sign, so that nothing cancels out.
    func contributions(_ row: [Float]) -> [Double] {
        var contributions = [Double](repeating: 0, count: splits)
        for leaf in leaves.indices {
            let path = path(to: leaf, row)
            for feature in path.indices {
                // By how many of the other features are known before it.
                var products = [1.0]
                for (other, factor) in path.enumerated() where other != feature {
                    products = (0...products.count).map { known in
                        (known < products.count ? products[known] * factor.share : 0)
                            + (known > 0 && factor.passes ? products[known - 1] : 0)
                    }
                }
                var mean = 0.0
                var orders = Double(path.count)
                for (known, product) in products.enumerated() {
                    mean += product / orders
                    orders *= Double(path.count - 1 - known) / Double(known + 1)
                }
                contributions[feature] +=
                    leaves[leaf].value * ((path[feature].passes ? 1 : 0) - path[feature].share) * mean
            }
        }
        return contributions
    }

    private func path(to leaf: Int, _ row: [Float]) -> [(share: Double, passes: Bool)] {
        (0..<min(leaf + 1, splits)).map { split in
            let left = Double(leaves[split].rows) / Double(rows(from: split))
            return split < leaf ? (1 - left, row[split] > 0.5) : (left, row[split] <= 0.5)
        }
    }
}
