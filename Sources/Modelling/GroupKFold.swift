/// Splits races into folds of about equal rows, never one race over two folds.
public enum GroupKFold {
    /// Largest race first, each to the fold with the fewest rows, as scikit-learn's `GroupKFold`; of equal races the earlier goes first.
    ///
    /// - Returns: the fold of each race, 0..<folds.
    public static func assign(sizes: [Int], folds: Int) throws(ModellingError) -> [Int] {
        guard folds > 1, sizes.count >= folds else { throw ModellingError("\(sizes.count) races cannot be split into \(folds) folds") }
        var (rows, assigned) = ([Int](repeating: 0, count: folds), [Int](repeating: 0, count: sizes.count))
        for race in sizes.indices.sorted(by: { (-sizes[$0], $0) < (-sizes[$1], $1) }) {
            let lightest = rows.indices.min { (rows[$0], $0) < (rows[$1], $1) } ?? 0
            rows[lightest] += sizes[race]
            assigned[race] = lightest
        }
        return assigned
    }
}
