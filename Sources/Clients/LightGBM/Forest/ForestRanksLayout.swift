import CForest

/// Lays the trees of models out for `ForestRanks`.
struct ForestRanksLayout {
    private let nodes: [Forest.Node]
    private let values: [Double]
    /// The number of each input in the order of the ranks.
    private let places: [Int]
    private(set) var splits: [forest_split] = []
    private(set) var leaves: [Double] = []

    /// - Parameters:
    ///   - values: the value of each leaf, by the index of its node.
    ///   - order: the inputs in the order of the ranks.
    init(_ nodes: [Forest.Node], _ values: [Double], _ order: [Int]) {
        (self.nodes, self.values) = (nodes, values)
        var places = order
        for (number, input) in order.enumerated() { places[input] = number }
        self.places = places
    }

    /// The different thresholds of each input in some trees, in ascending order.
    func thresholds(of trees: [Forest.Tree]) -> [[Float]] {
        var thresholds = [Set<Float>](repeating: [], count: places.count)
        for tree in trees {
            for node in nodes[tree.nodes].enumerated() where Int(node.element.left) != node.offset {
                thresholds[Self.input(of: node.element)].insert(node.element.threshold)
            }
        }
        return thresholds.map { $0.sorted() }
    }

    private static func input(of node: Forest.Node) -> Int { Int(node.input) / Forest.lanes - 1 }

    /// The most leaves of a tree.
    func leafCount(_ trees: some Sequence<Forest.Tree>) -> Int { trees.map { $0.nodes.count / 2 + 1 }.max() ?? 0 }

    /// - Parameters:
    ///   - thresholds: those of the model, by input.
    ///   - number: the number of the model.
    mutating func append(_ model: [Forest.Tree], _ thresholds: [[Float]], model number: Int, of models: Int)
        -> ForestRanks.Model
    {
        let places = places.map { UInt32(RankTables.place(ofInput: $0, inModel: number, of: models)) }
        let start = splits.count
        var counts: [Int] = []
        var trees: [Int] = []
        for first in stride(from: 0, to: model.count, by: 2) {
            let pair = model[first..<min(first + 2, model.count)].map { tree in
                trees.append(leaves.count)
                return append(tree, thresholds, places)
            }
            counts.append(pair.map(\.count).max() ?? 0)
            for index in 0..<(counts.last ?? 0) {
                for place in 0..<2 {
                    let splits = place < pair.count ? pair[place] : []
                    self.splits.append(index < splits.count ? splits[index] : Self.unreached)
                }
            }
        }
        return ForestRanks.Model(start: start, counts: counts, trees: trees)
    }

    /// Appends the leaves of a tree from left to right.
    ///
    /// - Parameter places: those of the ranks of each input.
    /// - Returns: its splits in preorder.
    private mutating func append(
        _ tree: Forest.Tree,
        _ thresholds: [[Float]],
        _ places: [UInt32]
    ) -> [forest_split] {
        let counts = leafCounts(tree)
        var splits: [forest_split] = []
        var stack = [(node: 0, leaf: 0)]
        while let (index, leaf) = stack.popLast() {
            let node = nodes[tree.nodes.lowerBound + index]
            let left = Int(node.left)
            if left == index {
                leaves.append(values[tree.nodes.lowerBound + index])
                continue
            }
            let input = Self.input(of: node)
            let number = thresholds[input].firstIndex { $0 >= node.threshold } ?? 0
            splits.append(
                forest_split(
                    rank: Self.repeated(UInt8(bitPattern: Int8(number + 1 - 128))),
                    leaf: Self.repeated(UInt8(leaf)),
                    step: Self.repeated(UInt8(counts[left])),
                    input: places[input]
                )
            )
            stack.append((left + 1, leaf + counts[left]))
            stack.append((left, leaf))
        }
        return splits
    }

    /// The number of leaves at or below each node of a tree.
    private func leafCounts(_ tree: Forest.Tree) -> [Int] {
        var counts = [Int](repeating: 1, count: tree.nodes.count)
        // Children follow their parents.
        for (index, node) in nodes[tree.nodes].enumerated().reversed() where Int(node.left) != index {
            counts[index] = counts[Int(node.left)] + counts[Int(node.left) + 1]
        }
        return counts
    }

    private static func repeated(_ byte: UInt8) -> UInt32 { UInt32(byte) * 0x0101_0101 }

    /// A split that no row reaches.
    private static let unreached = forest_split(rank: 0, leaf: repeated(255), step: 0, input: 0)
}
