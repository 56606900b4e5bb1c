import Foundation
import LightGBM
import Randomness
import Seeded
import Testing

/// LightGBM is the oracle: the same bits for every row.
@Suite struct ForestTests {
    private var columns = 6
    /// Whether trees grow in depth only.
    private var isDeep = false
    private var names: [String] { (0..<columns).map { "x\($0)" } }

    /// Numbers around which a decision may go wrong: zeros, thresholds in 32 and 64 bits, and their neighbours. A split
    /// of missing values from all others has an infinite threshold.
    private static let edges: [Double] = [
        0, -0.0, 1e-36, -1e-36, 1e-35, -1e-35, 1e-34, 0.1, 0.25, 1.0 / 3, -0.7, 1e30, -1e30, 3, .infinity, -.infinity,
        1e300,
        -1e300,
    ]

    /// The text of a model of random trees.
    private func model(trees: Int, leaves: Int, objective: String?, _ random: inout SplitMix64) -> String {
        RandomTrees(names, isDeep: isDeep) { random in
            random.below(2) == 0 ? Self.edges[random.below(Self.edges.count)] : random.uniform() * 2 - 1
        }.model(trees: trees, objective: objective, &random) { 1 + $0.below(leaves) }
    }

    private func matrix(rows: Int, _ random: inout SplitMix64) -> LightGBMMatrix {
        let special: [Float] = [.nan, .infinity, -.infinity]
        return LightGBMMatrix(
            (0..<rows * columns).map { _ in
                switch random.below(5) {
                case 0: special[random.below(3)]
                case 1: Float(Self.edges[random.below(Self.edges.count)])
                case 2: Float(Self.edges[random.below(Self.edges.count)]).nextUp
                case 3: Float(Self.edges[random.below(Self.edges.count)]).nextDown
                default: Float(random.uniform() * 2 - 1)
                }
            },
            columns: columns
        )
    }

    @Test(arguments: 1...40) func `equals LightGBM on random trees`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let objective = seed.isMultiple(of: 4) ? "binary sigmoid:0.7" : nil
        let trees = 19 + seed % 2
        let models = (0..<1 + seed % 5).map { _ in
            model(trees: trees, leaves: 2 + seed * 3, objective: objective, &random)
        }
        let forest = try Forest(models)
        let boosters = try models.map { try LightGBMBooster(model: $0) }
        #expect(forest.comparesRanks)
        for rows in [0, 1, 3, 4, 5, 8, 12, 17, 40] {
            let matrix = matrix(rows: rows, &random)
            let mean = try mean(boosters, matrix)
            #expect(forest.predict(matrix) == mean, "seed \(seed), \(rows) rows")
            #expect(forest.predictWithoutAVX2(matrix) == mean, "seed \(seed), \(rows) rows")
            #expect(forest.predictByWalking(matrix) == mean, "seed \(seed), \(rows) rows")
        }
    }

    private func mean(_ boosters: [LightGBMBooster], _ matrix: LightGBMMatrix) throws -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.rows)
        for booster in boosters {
            for (row, value) in try booster.predict(matrix).enumerated() { mean[row] += value / Double(boosters.count) }
        }
        return mean
    }

    @Test func `a tree of more leaves than a byte holds is walked`() throws {
        var random = SplitMix64(seed: 255)
        for leaves in [254, 255, 256, 300] {
            let text = RandomTrees(names) { _ in 0.5 }.model(trees: 3, &random) { _ in leaves }
            try expectEqual([text], comparesRanks: leaves <= 255, &random)
        }
    }

    /// A model of as many trees as thresholds, all of one input, which differ from those of other models by `shift`.
    private func thresholds(_ count: Int, decision: Int, shift: Double = 0, _ random: inout SplitMix64) -> String {
        var number = 0
        return RandomTrees(["x0"]) { _ in
            number += 1
            return (Double(number) + shift) / 128 - 1
        }.model(trees: count, &random) { _ in 2 }.replacing(/decision_type=.*/, with: "decision_type=\(decision)")
    }

    @Test func `an input of more thresholds than a byte holds is walked`() throws {
        var random = SplitMix64(seed: 256)
        var narrow = self
        narrow.columns = 1
        for (count, decision) in [(31, 10), (32, 8), (33, 0), (255, 10), (255, 8), (256, 10), (257, 4)] {
            let text = thresholds(count, decision: decision, &random)
            try narrow.expectEqual([text], comparesRanks: count <= 255, &random)
        }
    }

    @Test(
        arguments: [[255, 1], [255, 2], [252, 4], [254, 255], [255, 255, 255], [64, 0, 63], [0], [0, 0]]
            + [15, 16, 17, 32].map { [Int](repeating: 9, count: $0) }
    )
    func `an input may have more thresholds in all models together`(counts: [Int]) throws {
        var random = SplitMix64(seed: 257)
        var narrow = self
        narrow.columns = 1
        for decision in [8, 10] {
            let texts = counts.enumerated().map { model, count in
                // A model without thresholds has a tree of one leaf.
                count > 0
                    ? thresholds(count, decision: decision, shift: Double(model) / 3, &random)
                    : RandomTrees(["x0"]) { _ in 0 }.model(trees: 1, &random) { _ in 1 }
            }
            try narrow.expectEqual(texts, comparesRanks: true, &random)
        }
    }

    private func expectEqual(_ texts: [String], comparesRanks: Bool, _ random: inout SplitMix64) throws {
        let forest = try Forest(texts)
        #expect(forest.comparesRanks == comparesRanks)
        var values = matrix(rows: 333, &random).values
        if columns == 1 {
            // Each threshold and its neighbours.
            for number in 0...256 * 3 {
                let threshold = Float((Double(number) / 3) / 128 - 1)
                values += [threshold, threshold.nextUp, threshold.nextDown]
            }
        }
        let matrix = LightGBMMatrix(values, columns: columns)
        let expected = try mean(texts.map { try LightGBMBooster(model: $0) }, matrix)
        #expect(forest.predict(matrix) == expected)
        #expect(forest.predictByWalking(matrix) == expected)
        #expect(forest.predictWithoutAVX2(matrix) == (comparesRanks ? expected : nil))
    }

    @Test(arguments: 1...40) func `contributions equal LightGBM's on random trees`(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let models = (0..<1 + seed % 3).map { _ in model(trees: 20, leaves: 2 + seed * 3, objective: nil, &random) }
        try expectEqualContributions(models, &random)
    }

    @Test(arguments: [8, 9, 17, 33, 64]) func `contributions equal LightGBM's on deep trees`(depth: Int) throws {
        var random = SplitMix64(seed: UInt64(depth))
        var deep = self
        (deep.columns, deep.isDeep) = (10 * depth, true)
        let models = [deep.model(trees: 10, leaves: depth, objective: "binary sigmoid:1", &random)]
        try deep.expectEqualContributions(models, &random)
    }

    /// LightGBM's own values are off by some 1e-9 on such paths.
    @Test(arguments: [1, 2, 3, 15, 16, 31, 63, 64]) func `a path may have up to 64 features`(features: Int) throws {
        var random = SplitMix64(seed: UInt64(features))
        let tree = ChainTree(splits: features, &random)
        let forest = try Forest([tree.text])
        for _ in 0..<3 {
            let row = (0..<features).map { _ in Float(random.uniform()) }
            let ours = try #require(forest.contributions(LightGBMMatrix(row, columns: features)))
            for (value, expected) in zip(ours, tree.contributions(row)) { #expect(abs(value - expected) < 1e-13) }
        }
        let longer = try Forest([ChainTree(splits: 65, &random).text])
        #expect(!longer.hasContributions)
    }

    @Test func `a tree without a split contributes nothing`() throws {
        var random = SplitMix64(seed: 11)
        let constant = RandomTrees(names) { _ in 0 }.model(trees: 2, &random) { _ in 1 }
        try expectEqualContributions([constant], &random)
        try expectEqualContributions([constant, model(trees: 3, leaves: 9, objective: nil, &random)], &random)
    }

    /// LightGBM divides by the share of the rows, so the values are worked out by hand.
    @Test func `a leaf may have no training row`() throws {
        let forest = try Forest([
            """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            feature_names=x0 x1

            Tree=0
            num_leaves=3
            num_cat=0
            split_feature=0 1
            threshold=0.5 0.7
            decision_type=8 8
            left_child=-1 -2
            right_child=1 -3
            leaf_value=1 2 3
            leaf_count=1 0 3
            internal_count=4 3

            end of trees
            """
        ])
        let matrix = LightGBMMatrix([0.9, 0.1, 0.9, 0.8, 0.1, 0.1], columns: 2)
        let expected = [0.375, -0.875, 0.5, 0, -1.125, -0.375]
        for (value, expected) in zip(try #require(forest.contributions(matrix)), expected) {
            #expect(abs(value - expected) < 1e-15)
        }
    }

    private func expectEqualContributions(_ models: [String], _ random: inout SplitMix64) throws {
        let forest = try Forest(models)
        let boosters = try models.map { try LightGBMBooster(model: $0) }
        for rows in [0, 1, 4, 5, 8, 9, 13, 16, 17] {
            let matrix = matrix(rows: rows, &random)
            let ours = try #require(forest.contributions(matrix))
            #expect(ours == forest.contributionsWithoutAVX2(matrix))
            let rowByRow = (0..<rows).compactMap { forest.contributions(matrix.rows(at: [$0])) }
            #expect(ours == rowByRow.flatMap(\.self))
            #expect(ours.count == rows * columns)
            let theirs = try boosters.map { try $0.contributions(matrix) }
            for row in 0..<rows {
                for column in 0..<columns {
                    let expected = theirs.reduce(0) { $0 + $1[row * (columns + 1) + column] / Double(boosters.count) }
                    #expect(abs(ours[row * columns + column] - expected) < 1e-9, "row \(row) of \(rows)")
                }
            }
        }
    }

    @Test(arguments: ["", "zero_as_missing", "no_missing"]) func `equals LightGBM on trained models`(kind: String)
        throws
    {
        var random = SplitMix64(seed: 5)
        var values: [Float] = []
        var labels: [Float] = []
        for _ in 0..<3000 {
            let row = (0..<columns).map { column -> Float in
                let x = Float(random.uniform())
                return column > 2 && x < 0.3 ? (column == 3 ? 0 : .nan) : x
            }
            values += row
            labels.append(Float(random.uniform()) < row[0] * row[1] ? 1 : 0)
        }
        var settings = [
            "num_leaves": "31", "min_data_in_leaf": "20", "num_threads": "1", "verbosity": "-1", "seed": "1",
        ]
        if kind == "zero_as_missing" { settings["zero_as_missing"] = "true" }
        if kind == "no_missing" { settings["use_missing"] = "false" }
        let parameters = LightGBMParameters(settings)
        let matrix = LightGBMMatrix(values, columns: columns)
        let data = try LightGBMDataset(matrix, labels: labels, names: names, parameters: parameters)
        let trained = try LightGBMTraining.run(
            data,
            objective: .named("binary"),
            parameters: parameters,
            rounds: 60,
            validation: nil
        )
        let expected = try LightGBMBooster(model: trained.model).predict(matrix)
        let forest = try Forest([trained.model])
        #expect(forest.predict(matrix) == expected)
        let first = LightGBMMatrix(Array(values.prefix(50 * columns)), columns: columns)
        let theirs = try LightGBMBooster(model: trained.model).contributions(first)
        for (index, value) in try #require(forest.contributions(first)).enumerated() {
            #expect(abs(value - theirs[index / columns * (columns + 1) + index % columns]) < 1e-12)
        }
    }

    @Test func `has no contributions without the counts of rows`() throws {
        var random = SplitMix64(seed: 3)
        let text = model(trees: 3, leaves: 9, objective: nil, &random)
        let matrix = matrix(rows: 2, &random)
        #expect(try Forest([text]).contributions(matrix) != nil)
        for line in ["leaf_count", "internal_count"] {
            let forest = try Forest([text, text.replacing("\(line)=", with: "other=")])
            #expect(forest.contributions(matrix) == nil)
        }
    }

    @Test func `names what it cannot evaluate`() throws {
        var random = SplitMix64(seed: 9)
        let text = model(trees: 3, leaves: 9, objective: nil, &random)
        func error(_ pattern: String, _ replacement: String) -> String? {
            let changed = text.replacing(pattern, with: replacement)
            #expect(changed != text, "\(pattern)")
            do { _ = try Forest([changed]) } catch { return error.message }
            return nil
        }
        #expect(error("num_cat=0", "num_cat=1") == "a tree has categorical splits")
        #expect(error("is_linear=0", "is_linear=1") == "a tree has linear leaves")
        #expect(error("num_class=1", "num_class=3") == "num_class is not 1")
        #expect(error("label_index=0", "label_index=0\naverage_output") == "the trees are averaged")
        #expect(error("label_index=0", "objective=lambdarank") == "the objective is lambdarank")
        #expect(error("end of trees", "") == "the model text is truncated")
        #expect(error("leaf_value=", "leaf_value=x ") == "leaf_value is malformed")
        #expect(error("version=v4", "") == "not a model in LightGBM's text format")
        let other = text.replacing("feature_names=x0", with: "feature_names=y0")
        #expect(throws: ForestError.self) { try Forest([text, other]) }
        #expect(throws: ForestError.self) { try Forest([]) }
    }

    @Test func `splits that are no tree are rejected`() {
        func model(_ left: String, _ right: String) -> String {
            """
            tree
            version=v4
            num_class=1
            num_tree_per_iteration=1
            feature_names=x0

            Tree=0
            num_leaves=3
            num_cat=0
            split_feature=0 0
            threshold=0.5 0.7
            decision_type=8 8
            left_child=\(left)
            right_child=\(right)
            leaf_value=1 2 3
            leaf_count=1 2 3
            internal_count=6 5

            end of trees
            """
        }
        #expect(throws: Never.self) { try Forest([model("-1 -2", "1 -3")]) }
        for (left, right) in [
            ("0 -2", "1 -3"), ("1 0", "-1 -3"), ("-1 -2", "2 -3"), ("-1 -9", "1 -3"), ("1 1", "1 1"),
            ("-1 9999", "-2 -3"), ("-1 1", "-2 0"), ("-1 -1", "1 -3"), ("-9223372036854775808 -2", "1 -3"),
        ] {
            #expect(throws: ForestError.self, "\(left), \(right)") { try Forest([model(left, right)]) }
        }
    }
}
