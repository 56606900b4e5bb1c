import CForest

extension ForestRanks {
    /// The scores of up to `lanes` rows by each model.
    ///
    /// - Parameter hasAVX2: whether the processor has it; without, the scores are the same.
    /// - Returns: by model; lanes without a row have no meaning.
    func scores(
        _ matrix: LightGBMMatrix,
        _ rows: Range<Int>,
        _ inputs: [Forest.Input],
        hasAVX2: Bool
    ) -> [SIMD16<Double>] {
        precondition(rows.count <= Self.lanes, "\(rows.count) rows in a block of \(Self.lanes)")
        let size = inputs.count * Self.lanes
        return withUnsafeTemporaryAllocation(byteCount: max(1, models.count * size), alignment: Self.lanes) { block in
            // Lanes without a row get rank 0.
            block.initializeMemory(as: Int8.self, repeating: 0)
            let ranks = block.bindMemory(to: Int8.self)
            guard let ranks = ranks.baseAddress else { return [] }
            rank(matrix, rows, inputs, ranks, hasAVX2)
            return models.enumerated().map { sum($1, ranks + $0 * size, rows.count, hasAVX2) }
        }
    }

    /// Writes the ranks of some rows: by model, input and lane.
    private func rank(
        _ matrix: LightGBMMatrix,
        _ rows: Range<Int>,
        _ inputs: [Forest.Input],
        _ target: UnsafeMutablePointer<Int8>,
        _ hasAVX2: Bool
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: max(1, inputs.count * Self.lanes)) { keys in
            matrix.values.withUnsafeBufferPointer { values in
                for (number, input) in inputs.enumerated() {
                    for (lane, row) in rows.enumerated() {
                        let value = input.value(values[row &* matrix.columns &+ input.column])
                        keys[number &* Self.lanes &+ lane] = RankTables.key(value)
                    }
                }
            }
            guard let keys = keys.baseAddress else { return }
            tables.rank(keys, rows: rows.count, to: target, hasAVX2: hasAVX2)
        }
    }

    /// The sums of the leaves that the lanes of a block reach.
    private func sum(
        _ model: Model,
        _ ranks: UnsafePointer<Int8>,
        _ rows: Int,
        _ hasAVX2: Bool
    ) -> SIMD16<Double> {
        var sums = SIMD16<Double>(repeating: 0)
        let pairs = model.counts.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, pairs * 2 * Self.lanes)) { reached in
            forest_walk(splits, model.start, model.counts, pairs, ranks, reached.baseAddress, hasAVX2)
            withUnsafeMutableBytes(of: &sums) { sums in
                let sums = sums.assumingMemoryBound(to: Double.self)
                leaves.withUnsafeBufferPointer { leaves in
                    for (tree, first) in model.trees.enumerated() {
                        for lane in 0..<rows {
                            sums[lane] += leaves[first &+ Int(reached[tree &* Self.lanes &+ lane])]
                        }
                    }
                }
            }
        }
        return sums
    }
}
