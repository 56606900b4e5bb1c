/// Walks the trees of a forest for one row, and adds up the contributions of its features.
///
/// The elements of `Points` belong to the points of the quadrature.
struct ContributionWalk<Points: SIMD<Double>> {
    /// What the path to the current node says of a feature.
    struct Path {
        /// The share of the training rows that pass the feature's splits on the path.
        var share = 1.0
        /// 1 if the row passes them all, else 0.
        var passes = 1.0
        var isOnPath = false
    }

    struct Feature {
        /// Its contributions so far, still spread over the points.
        var sum = Points(repeating: 0)
        var path = Path()
    }

    let nodes: UnsafePointer<Forest.Node>
    let leaves: UnsafePointer<Double>
    let shares: UnsafePointer<Double>
    /// The row's inputs, `Forest.lanes` apart.
    let block: UnsafePointer<Float>
    let columnOfInput: [Int]
    let features: UnsafeMutablePointer<Feature>
    private let points: Points
    /// 1 minus each point, and the inverse of that.
    private let absent: Points
    private let inverseOfAbsent: Points
    private let weights: Points

    init(
        nodes: UnsafePointer<Forest.Node>,
        leaves: UnsafePointer<Double>,
        shares: UnsafePointer<Double>,
        block: UnsafePointer<Float>,
        columnOfInput: [Int],
        features: UnsafeMutablePointer<Feature>
    ) {
        self.nodes = nodes
        self.leaves = leaves
        self.shares = shares
        self.block = block
        self.columnOfInput = columnOfInput
        self.features = features
        let quadrature = GaussLegendre(Points.scalarCount)
        points = Points(quadrature.points)
        weights = Points(quadrature.weights)
        absent = 1 - points
        inverseOfAbsent = 1 / absent
    }

    func run(_ tree: Forest.Tree) {
        _ = visit(nodes[tree.nodes.lowerBound], tree.nodes.lowerBound, weights)
    }

    /// Visits a split.
    ///
    /// - Parameter product: the weights times the factors of the features of the path to it.
    /// - Returns: the sum over the leaves below of their value times their product.
    private func visit(_ node: Forest.Node, _ start: Int, _ product: Points) -> Points {
        let input = Int(node.input)
        let column = columnOfInput[input / Forest.lanes]
        let before = features[column].path
        let goesLeft = block[input] <= node.threshold
        let left = Int(node.left)
        guard before.isOnPath else {
            let sum =
                child(left, start, product, column, before, takes: goesLeft)
                + child(left + 1, start, product, column, before, takes: !goesLeft)
            features[column].path = before
            return sum
        }
        // The children's factors include the feature's earlier splits, whose own factor does not count below.
        let inverse = 1 / factor(share: before.share, passes: before.passes)
        let rest = product * inverse
        let sum =
            child(left, start, rest, column, before, takes: goesLeft)
            + child(left + 1, start, rest, column, before, takes: !goesLeft)
        features[column].path = before
        features[column].sum -= (before.passes - before.share) * (sum * inverse)
        return sum
    }

    /// Visits a child of a split, and adds what its leaves contribute to the split's feature.
    ///
    /// - Parameters:
    ///   - rest: the weights times the factors of the other features of the path.
    ///   - takes: whether the row goes to this child.
    @inline(__always)
    private func child(
        _ index: Int,
        _ start: Int,
        _ rest: Points,
        _ column: Int,
        _ before: Path,
        takes: Bool
    ) -> Points {
        let share = before.share * shares[start + index]
        let passes = takes ? before.passes : 0
        // Nobody gets there.
        guard share + passes > 0 else { return Points(repeating: 0) }
        let node = nodes[start + index]
        guard Int(node.left) != index else {
            let value = leaves[start + index] * rest
            features[column].sum += (passes - share) * value
            return value * factor(share: share, passes: passes)
        }
        features[column].path = Path(share: share, passes: passes, isOnPath: true)
        guard passes > 0 else {
            let sum = visit(node, start, rest * (share * absent))
            features[column].sum -= sum * inverseOfAbsent
            return sum
        }
        let factor = factor(share: share, passes: 1)
        let sum = visit(node, start, rest * factor)
        features[column].sum += (1 - share) * (sum / factor)
        return sum
    }

    @inline(__always)
    private func factor(share: Double, passes: Double) -> Points { share * absent + passes * points }
}
