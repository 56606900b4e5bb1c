import CForest

/// Evaluates the trees of a forest by byte ranks instead of float thresholds.
///
/// As in QuickScorer (Lucchese et al., SIGIR 2015) and its vectorised successors, all splits of a tree are taken in
/// turn, without branches, by 16 rows at a time. A row's state is a byte too: the first leaf that it can still reach.
/// A split moves the rows that stand at its own first leaf and go to the right. The splits are in preorder, so that
/// these are the rows that reach the split. Leaves are numbered from 0 to 254, so that 255 can stand for no leaf.
struct ForestRanks {
    /// The trees of a model, two by two.
    struct Model {
        /// The place of the first split in `splits`.
        let start: Int
        /// The number of splits of each pair of trees, in pairs.
        let counts: [Int]
        /// The place of each tree's first leaf in `leaves`.
        let trees: [Int]
    }

    static let hasAVX2 = forest_has_avx2()

    /// The number of rows that are scored together.
    static let lanes = 16

    let tables: RankTables
    let models: [Model]
    let splits: [forest_split]
    let leaves: [Double]

    /// - Parameter trees: the trees of each model.
    /// - Returns: `nil` if a model has more than 255 thresholds of an input, or a tree more than 255 leaves.
    init?(_ nodes: [Forest.Node], _ values: [Double], _ trees: [[Forest.Tree]], _ inputs: [Forest.Input]) {
        // The inputs of a column follow each other.
        let order = inputs.indices.sorted { (inputs[$0].column, $0) < (inputs[$1].column, $1) }
        var layout = ForestRanksLayout(nodes, values, order)
        let own = trees.map { layout.thresholds(of: $0) }
        guard own.joined().allSatisfy({ $0.count <= 255 }), layout.leafCount(trees.joined()) <= 255 else { return nil }
        models = zip(trees, own).enumerated().map { layout.append($1.0, $1.1, model: $0, of: trees.count) }
        (splits, leaves) = (layout.splits, layout.leaves)
        var tables = RankTables(models: own.count)
        var rest = order[...]
        while let first = rest.first {
            let column = inputs[first].column
            let ofColumn = rest.prefix { inputs[$0].column == column }
            tables.append(column, ofColumn.map { inputs[$0] }, ofColumn.map { input in own.map { $0[input] } })
            rest = rest.dropFirst(ofColumn.count)
        }
        tables.finish()
        self.tables = tables
    }
}
