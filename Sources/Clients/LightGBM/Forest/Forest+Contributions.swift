/// TreeSHAP: how much each feature contributes to a score.
///
/// A feature of a path counts for a leaf with the factor o - z, and the path's other features with a mean over all
/// orders of features: o is 1 if the row passes all of the feature's splits on the path, else 0, and z is the share of
/// the training rows that pass them (Lundberg et al. 2018, arXiv:1802.03888).
///
/// That mean is the integral over t in [0, 1] of the product of z (1 - t) + o t over the other features: each feature
/// comes into play at a random time t. The product is a polynomial of t, so that quadrature is exact. A walk multiplies
/// the factors on its way down and adds the leaves up on its way back (as in Linear TreeSHAP, arXiv:2209.08192), for
/// some rows together: their factors differ only in o.
extension Forest {
    /// Whether contributions can be computed: whether the models say how many rows reached each node, and no path has
    /// more than 64 features.
    public var hasContributions: Bool { contributionTrees != nil }

    /// The mean contribution of each feature to the raw score of each row over the models.
    ///
    /// - Returns: row-major, one value per feature, without the expected value; `nil` unless `hasContributions`.
    /// - Precondition: the matrix has the columns of `featureNames`.
    public func contributions(_ matrix: LightGBMMatrix) -> [Double]? {
        contributions(matrix, hasAVX2: ForestRanks.hasAVX2)
    }

    /// The contributions as they are computed on a processor without AVX2.
    package func contributionsWithoutAVX2(_ matrix: LightGBMMatrix) -> [Double]? {
        contributions(matrix, hasAVX2: false)
    }

    private func contributions(_ matrix: LightGBMMatrix, hasAVX2: Bool) -> [Double]? {
        precondition(matrix.columns == featureNames.count, "\(matrix.columns) columns, \(featureNames.count) features")
        guard let contributionTrees else { return nil }
        let lanes = ContributionTrees.lanes
        var block = [Float](repeating: 0, count: (inputs.count + 1) * lanes)
        var contributions = [Double](repeating: 0, count: matrix.values.count)
        for start in stride(from: 0, to: matrix.rows, by: lanes) {
            let rows = start..<min(start + lanes, matrix.rows)
            fill(&block, matrix, rows, lanes: lanes)
            contributionTrees.withSums(nodes, leaves, block, rows.count, matrix.columns, hasAVX2: hasAVX2) { sums in
                for (lane, row) in rows.enumerated() {
                    for column in 0..<matrix.columns {
                        contributions[row * matrix.columns + column] =
                            sums[column * lanes + lane] / Double(models.count)
                    }
                }
            }
        }
        return contributions
    }
}
