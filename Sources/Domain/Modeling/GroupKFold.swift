/// Splits races into folds with about equal numbers of rows. No race is split between folds.
public enum GroupKFold {
    /// Assigns the largest races first, each to the fold with the fewest rows, like scikit-learn's `GroupKFold`. Races
    /// of equal size are assigned in order.
    ///
    /// - Parameter sizes: the number of rows of each race.
    /// - Returns: the fold of each race, in 0..<folds.
    /// - Throws: `ModelingError` if `folds` is below 2, or there are fewer races than folds.
    public static func assign(sizes: [Int], folds: Int) throws(ModelingError) -> [Int] {
        guard folds > 1, sizes.count >= folds else {
            throw ModelingError(
                "cannot split \(sizes.count) races into \(folds) folds: use 2 folds or more, and a race for each fold"
            )
        }
        var rows = [Int](repeating: 0, count: folds)
        var assigned = [Int](repeating: 0, count: sizes.count)
        for race in sizes.indices.sorted(by: { (-sizes[$0], $0) < (-sizes[$1], $1) }) {
            let smallest = rows.indices.min { (rows[$0], $0) < (rows[$1], $1) } ?? 0
            rows[smallest] += sizes[race]
            assigned[race] = smallest
        }
        return assigned
    }
}
