import CForest

/// The trees of all models, as contributions need them.
struct ContributionTrees {
    /// The number of rows that walk down a tree together.
    static let lanes = FOREST_ROWS

    private(set) var trees: [forest_tree] = []
    /// The column of each input; the input before the first one is read by leaves.
    let columns: [Int32]
    /// The share of the training rows of its parent that reached each node.
    let shares: [Double]
    /// The most splits of a path.
    let depth: Int
    /// The most points that a tree needs.
    let mostPoints: Int
    /// Those of the quadratures of one point, of two, and so on.
    private(set) var points: [Double] = []
    private(set) var weights: [Double] = []

    /// - Parameter shares: by node; `nil` if a model does not say.
    /// - Returns: `nil` without shares, or if a path has more features than a quadrature has points for.
    init?(_ models: [[Forest.Tree]], _ inputs: [Forest.Input], shares: [Double]?) {
        guard let shares else { return nil }
        columns = [0] + inputs.map { Int32($0.column) }
        self.shares = shares
        for tree in models.joined() where tree.depth > 0 {
            // Quadrature of n points is exact for paths of 2 n features.
            trees.append(forest_tree(start: tree.nodes.lowerBound, points: (tree.featuresOnPath + 1) / 2))
        }
        depth = models.joined().map(\.depth).max() ?? 0
        mostPoints = trees.map(\.points).max() ?? 0
        guard mostPoints <= FOREST_POINTS else { return nil }
        for count in 0..<mostPoints {
            let quadrature = GaussLegendre(count + 1)
            points += quadrature.points
            weights += quadrature.weights
        }
    }

    /// Computes the sums of the contributions of a block's rows.
    ///
    /// - Parameters:
    ///   - block: the rows' inputs, `lanes` apart.
    ///   - body: gets the sums by column and row, `lanes` apart.
    func withSums(
        _ nodes: [Forest.Node],
        _ leaves: [Double],
        _ block: [Float],
        _ rows: Int,
        _ columnCount: Int,
        hasAVX2: Bool,
        _ body: (UnsafePointer<Double>) -> Void
    ) {
        precondition(block.count == columns.count * Self.lanes && 1...Self.lanes ~= rows, "\(rows) rows in a block")
        let size = forest_size(trees: trees.count, columns: columnCount, depth: depth, points: mostPoints)
        let alignment = 32
        let sums = UnsafeMutableRawPointer.allocate(
            byteCount: columnCount * Self.lanes * MemoryLayout<Double>.stride,
            alignment: alignment
        ).bindMemory(to: Double.self, capacity: columnCount * Self.lanes)
        defer { sums.deallocate() }
        sums.initialize(repeating: 0, count: columnCount * Self.lanes)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: forest_contribution_scratch(size),
            alignment: alignment
        )
        defer { scratch.deallocate() }
        forest_contribute(
            size,
            trees,
            nodes,
            leaves,
            shares,
            points,
            weights,
            columns,
            block,
            rows,
            scratch,
            sums,
            hasAVX2
        )
        body(sums)
    }
}
