/// Scores of each season by models of earlier seasons only.
struct ForwardChain {
    /// The mean raw prediction of each row by the trees; 0 for rows of other races.
    var trees: [Double]
    /// The score of each row by the conditional logit; 0 for rows of other races, and for the objective `binary`.
    var logit: [Double]
    /// The races of each season.
    var seasons: [Range<Int>] = []

    init(rows: Int) {
        trees = [Double](repeating: 0, count: rows)
        logit = trees
    }

    /// The indices of the races with a prediction.
    var races: [Int] { seasons.flatMap { Array($0) } }
}
