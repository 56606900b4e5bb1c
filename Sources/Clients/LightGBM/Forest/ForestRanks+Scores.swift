import CForest

extension ForestRanks {
    /// The scores of up to `lanes` rows by each model.
    ///
    /// - Parameter hasAVX2: whether the processor has it; without, the scores are the same.
    /// - Returns: by model; lanes without a row have no meaning.
    func scores(_ matrix: LightGBMMatrix, _ rows: Range<Int>, hasAVX2: Bool) -> [SIMD16<Double>] {
        precondition(rows.count <= Self.lanes, "\(rows.count) rows in a block of \(Self.lanes)")
        guard !rows.isEmpty else { return [] }
        return withUnsafeTemporaryAllocation(of: Int8.self, capacity: tables.blockSize) { block in
            tables.rank(matrix, rows, to: block, hasAVX2: hasAVX2)
            return models.map { sum($0, block, rows.count, hasAVX2) }
        }
    }

    /// The sums of the leaves that the lanes of a block reach.
    private func sum(
        _ model: Model,
        _ ranks: UnsafeMutableBufferPointer<Int8>,
        _ rows: Int,
        _ hasAVX2: Bool
    ) -> SIMD16<Double> {
        var sums = SIMD16<Double>(repeating: 0)
        let pairs = model.counts.count
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, pairs * 2 * Self.lanes)) { reached in
            forest_walk(splits, model.start, model.counts, pairs, ranks.baseAddress, reached.baseAddress, hasAVX2)
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
