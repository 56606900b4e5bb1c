/// How many rows of the training data reached each node of a tree.
struct ForestCounts {
    private let splits: [Int]
    private let leaves: [Int]

    /// - Returns: `nil` if the text does not have them, or a split was reached by no row.
    init?(_ tree: ForestText.Tree) {
        guard tree.splitCounts.count >= tree.splits.count, tree.splitCounts.allSatisfy({ $0 > 0 }),
            tree.splits.isEmpty || tree.leafCounts.count == tree.leaves.count, tree.leafCounts.allSatisfy({ $0 >= 0 })
        else { return nil }
        splits = tree.splitCounts
        leaves = tree.leafCounts
    }

    /// The share of its parent's rows that reached a node; 1 for the root.
    ///
    /// - Parameter child: as LightGBM writes it: a split's number, or the complement of a leaf's.
    func share(of child: Int, in parent: Int?) -> Double {
        guard let parent else { return 1 }
        return Double(child < 0 ? leaves[-1 - child] : splits[child]) / Double(splits[parent])
    }
}

extension ForestText.Tree {
    /// The most different features between the root and a leaf. The tree must have been laid out: it has no cycles.
    var mostFeaturesOnPath: Int {
        var parents = [Int](repeating: -1, count: splits.count)
        for (number, split) in splits.enumerated() {
            if split.left >= 0 { parents[split.left] = number }
            if split.right >= 0 { parents[split.right] = number }
        }
        var most = 0
        var counts = [Int](repeating: 0, count: splits.count)
        var open = splits.isEmpty ? [] : [0]
        while let number = open.popLast() {
            let column = splits[number].input.column
            var ancestor = parents[number]
            counts[number] = (ancestor < 0 ? 0 : counts[ancestor]) + 1
            while ancestor >= 0 {
                if splits[ancestor].input.column == column {
                    counts[number] -= 1
                    break
                }
                ancestor = parents[ancestor]
            }
            most = max(most, counts[number])
            if splits[number].left >= 0 { open.append(splits[number].left) }
            if splits[number].right >= 0 { open.append(splits[number].right) }
        }
        return most
    }
}
