/// TreeSHAP: how much each feature contributes to a score.
///
/// A feature of a path counts for a leaf with the factor o - z, and the path's other features with a mean over all
/// orders of features: o is 1 if the row passes all of the feature's splits on the path, else 0, and z is the share of
/// the training rows that pass them (Lundberg et al. 2018, arXiv:1802.03888).
///
/// That mean is the integral over t in [0, 1] of the product of z (1 - t) + o t over the other features: each feature
/// comes into play at a random time t. The product is a polynomial of t, so that quadrature is exact. A walk multiplies
/// the factors on its way down and adds the leaves up on its way back (as in Linear TreeSHAP, arXiv:2209.08192), with
/// one vector element for each point of t.
extension Forest {
    /// Whether contributions can be computed: whether the models say how many rows reached each node.
    public var hasContributions: Bool { shares != nil && mostFeaturesOnPath <= Self.pathLimit }

    /// The paths of the vectors below: twice the number of their elements.
    private static let pathLimit = 64

    /// The trees by the points of their quadrature, always in the same order: the last bits of the sums depend on it,
    /// and a race that is scored twice must give the same.
    static func treesByPoints(_ models: [[Tree]]) -> [(points: Int, trees: [Tree])] {
        let counts = [4, 8, 16, 32]
        // Quadrature of n points is exact for paths of 2 n features.
        return counts.map { points in
            (points, models.joined().filter { tree in counts.first { tree.featuresOnPath <= 2 * $0 } ?? 32 == points })
        }
    }

    /// The mean contribution of each feature to the raw score of each row over the models.
    ///
    /// - Returns: row-major, one value per feature, without the expected value; `nil` unless `hasContributions`.
    /// - Precondition: the matrix has the columns of `featureNames`.
    public func contributions(_ matrix: LightGBMMatrix) -> [Double]? {
        precondition(matrix.columns == featureNames.count, "\(matrix.columns) columns, \(featureNames.count) features")
        guard let shares, hasContributions else { return nil }
        var sums = [Double](repeating: 0, count: matrix.values.count)
        var block = [Float](repeating: 0, count: (inputs.count + 1) * Self.lanes)
        for start in stride(from: 0, to: matrix.rows, by: Self.lanes) {
            let rows = start..<min(start + Self.lanes, matrix.rows)
            fill(&block, matrix, rows)
            for (points, trees) in treesByPoints where !trees.isEmpty {
                switch points {
                case 4: add(trees, rows, block, shares, SIMD4.self, to: &sums)
                case 8: add(trees, rows, block, shares, SIMD8.self, to: &sums)
                case 16: add(trees, rows, block, shares, SIMD16.self, to: &sums)
                default: add(trees, rows, block, shares, SIMD32.self, to: &sums)
                }
            }
        }
        return sums.map { $0 / Double(models.count) }
    }

    /// Adds the contributions of some trees to the rows of a block.
    private func add<Points: SIMD<Double>>(
        _ trees: [Tree],
        _ rows: Range<Int>,
        _ block: [Float],
        _ shares: [Double],
        _: Points.Type,
        to sums: inout [Double]
    ) {
        let columns = featureNames.count
        let columnOfInput = [0] + inputs.map(\.column)
        let features = UnsafeMutablePointer<ContributionWalk<Points>.Feature>.allocate(capacity: columns)
        defer { features.deallocate() }
        for (lane, row) in rows.enumerated() {
            features.initialize(repeating: .init(), count: columns)
            withPointers(block, shares) { nodes, leaves, block, shares in
                let walk = ContributionWalk<Points>(
                    nodes: nodes,
                    leaves: leaves,
                    shares: shares,
                    block: block + lane,
                    columnOfInput: columnOfInput,
                    features: features
                )
                for tree in trees where tree.depth > 0 { walk.run(tree) }
            }
            for column in 0..<columns { sums[row * columns + column] += features[column].sum.sum() }
        }
    }

    private func withPointers(
        _ block: [Float],
        _ shares: [Double],
        _ body: (
            UnsafePointer<Node>, UnsafePointer<Double>, UnsafePointer<Float>, UnsafePointer<Double>
        ) -> Void
    ) {
        nodes.withUnsafeBufferPointer { nodes in
            leaves.withUnsafeBufferPointer { leaves in
                block.withUnsafeBufferPointer { block in
                    shares.withUnsafeBufferPointer { shares in
                        guard let nodes = nodes.baseAddress, let leaves = leaves.baseAddress,
                            let block = block.baseAddress, let shares = shares.baseAddress
                        else { return }
                        body(nodes, leaves, block, shares)
                    }
                }
            }
        }
    }
}
