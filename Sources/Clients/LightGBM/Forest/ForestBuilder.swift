/// Lays the trees of models out for `Forest`.
struct ForestBuilder {
    private(set) var nodes: [Forest.Node] = []
    private(set) var leaves: [Double] = []
    /// The share of the training rows of its parent that reached each node; `nil` once a tree came without counts.
    private(set) var shares: [Double]? = []
    private(set) var models: [[Forest.Tree]] = []
    private(set) var inputs: [Forest.Input] = []
    private(set) var first: ForestText?
    private var numbers: [Forest.Input: Int] = [:]

    mutating func add(_ text: ForestText) throws(ForestError) {
        if let first {
            guard first.featureNames == text.featureNames, first.sigmoid == text.sigmoid else {
                throw ForestError("the models have different features or objectives")
            }
        } else {
            first = text
        }
        var trees: [Forest.Tree] = []
        for tree in text.trees { trees.append(try layOut(tree)) }
        models.append(trees)
    }

    /// Places the nodes of a tree level by level, with the children of a split side by side.
    private mutating func layOut(_ tree: ForestText.Tree) throws(ForestError) -> Forest.Tree {
        let start = nodes.count
        let counts = ForestCounts(tree)
        if counts == nil { shares = nil }
        try Self.checkChildren(of: tree)
        // A child as LightGBM writes it: a split's number, or the complement of a leaf's.
        var level: [(child: Int, parent: Int?)] = [(tree.splits.isEmpty ? -1 : 0, nil)]
        var depth = -1
        while !level.isEmpty {
            depth += 1
            let next = nodes.count - start + level.count
            var children: [(child: Int, parent: Int?)] = []
            for (child, parent) in level {
                if child < 0 {
                    try append(threshold: 0, input: 0, left: nodes.count - start)
                    leaves.append(tree.leaves[-1 - child])
                } else {
                    let split = tree.splits[child]
                    let input = (try number(of: split.input) + 1) * Forest.lanes
                    try append(threshold: split.threshold, input: input, left: next + children.count)
                    leaves.append(0)
                    children += [(split.left, child), (split.right, child)]
                }
                if let counts { shares?.append(counts.share(of: child, in: parent)) }
            }
            level = children
        }
        // Splits that are each other's children are reached from nowhere else.
        guard nodes.count - start == 2 * tree.splits.count + 1 else { throw ForestError.noTree }
        return Forest.Tree(nodes: start..<nodes.count, depth: depth, featuresOnPath: tree.mostFeaturesOnPath)
    }

    /// - Throws: `ForestError` unless each leaf and each split but the first is the child of at most one split.
    private static func checkChildren(of tree: ForestText.Tree) throws(ForestError) {
        var isChild = (
            splits: [Bool](repeating: false, count: tree.splits.count),
            leaves: [Bool](repeating: false, count: tree.leaves.count)
        )
        for split in tree.splits {
            for child in [split.left, split.right] {
                if child < 0 {
                    guard isChild.leaves.indices.contains(-1 - child) else {
                        throw ForestError("a tree has no such leaf")
                    }
                    guard !isChild.leaves[-1 - child] else { throw ForestError.noTree }
                    isChild.leaves[-1 - child] = true
                } else {
                    guard isChild.splits.indices.contains(child) else { throw ForestError("a tree has no such split") }
                    guard child > 0, !isChild.splits[child] else { throw ForestError.noTree }
                    isChild.splits[child] = true
                }
            }
        }
    }

    private mutating func append(threshold: Float, input: Int, left: Int) throws(ForestError) {
        guard let input = UInt16(exactly: input), let left = UInt16(exactly: left) else {
            throw ForestError("a tree is too large")
        }
        nodes.append(Forest.Node(threshold: threshold, input: input, left: left))
    }

    private mutating func number(of input: Forest.Input) throws(ForestError) -> Int {
        guard let first, first.featureNames.indices.contains(input.column) else {
            throw ForestError("a split reads column \(input.column), which the model does not have")
        }
        if let number = numbers[input] { return number }
        numbers[input] = inputs.count
        inputs.append(input)
        return inputs.count - 1
    }
}
