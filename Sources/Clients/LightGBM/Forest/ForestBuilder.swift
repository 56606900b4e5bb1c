/// Lays the trees of models out for `Forest`.
struct ForestBuilder {
    private(set) var nodes: [Forest.Node] = []
    private(set) var leaves: [Double] = []
    /// See `Forest.shares`; `nil` once a tree came without counts.
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
        // A child as LightGBM writes it: a split's number, or the complement of a leaf's.
        var level = [tree.splits.isEmpty ? -1 : 0]
        var parents: [Int?] = [nil]
        var isPlaced = (
            splits: [Bool](repeating: false, count: tree.splits.count), leaves: tree.leaves.map { _ in false }
        )
        var depth = -1
        while !level.isEmpty {
            depth += 1
            let next = nodes.count - start + level.count
            var children: [Int] = []
            var parentsOfChildren: [Int?] = []
            for (child, parent) in zip(level, parents) {
                let index = nodes.count - start
                if child < 0 {
                    guard tree.leaves.indices.contains(-1 - child) else { throw ForestError("a tree has no such leaf") }
                    guard !isPlaced.leaves[-1 - child] else { throw ForestError("the splits of a tree are no tree") }
                    isPlaced.leaves[-1 - child] = true
                    try append(threshold: 0, input: 0, left: index)
                    leaves.append(tree.leaves[-1 - child])
                } else {
                    guard tree.splits.indices.contains(child) else { throw ForestError("a tree has no such split") }
                    guard !isPlaced.splits[child] else { throw ForestError("the splits of a tree are no tree") }
                    isPlaced.splits[child] = true
                    let split = tree.splits[child]
                    let input = (try number(of: split.input) + 1) * Forest.lanes
                    try append(threshold: split.threshold, input: input, left: next + children.count)
                    leaves.append(0)
                    children += [split.left, split.right]
                    parentsOfChildren += [child, child]
                }
                if let counts { shares?.append(counts.share(of: child, in: parent)) }
            }
            // A tree of n splits has n + 1 leaves: more nodes mean that a split is its own descendant.
            guard nodes.count - start + children.count <= 2 * tree.splits.count + 1 else {
                throw ForestError("the splits of a tree are no tree")
            }
            level = children
            parents = parentsOfChildren
        }
        // Each was placed at most once, so all of them were placed.
        guard nodes.count - start == 2 * tree.splits.count + 1 else {
            throw ForestError("the splits of a tree are no tree")
        }
        return Forest.Tree(start: start, depth: depth, featuresOnPath: tree.mostFeaturesOnPath)
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
