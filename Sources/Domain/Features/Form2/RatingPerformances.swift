import Racing

/// How each run compared with the official ratings of its field, in pounds.
///
/// The field's mean rating, plus how many pounds less the horse was beaten than the field's mean, plus the weight it
/// carried over the mean.
struct RatingPerformances: Sendable {
    /// NaN for a run without a position, lengths or a distance, or if no rating of the field is known. A winner without
    /// lengths was beaten by none.
    private(set) var values: [Double]

    private static let cap = 20.0

    init(_ history: RunHistory, extraPounds: [Double]) {
        values = [Double](repeating: .nan, count: history.runners.count)
        for (race, facts) in history.races.enumerated() {
            let pounds = facts.furlongs.isNaN ? .nan : Distance.poundsPerLength(furlongs: facts.furlongs)
            var rating = FieldMean()
            var beaten = FieldMean()
            for run in history.runs(race) {
                rating.add(Self.rating(history.runners[run]))
                values[run] = Self.beaten(history.results[run]) * pounds
                beaten.add(values[run])
            }
            for run in history.runs(race) {
                values[run] = rating.value + beaten.value - values[run] + extraPounds[run]
            }
        }
    }

    /// The official rating; NaN if it is not above 0.
    static func rating(_ runner: RunnerFacts) -> Double {
        runner.officialRating > 0 ? Double(runner.officialRating) : .nan
    }

    private static func beaten(_ result: PastResult) -> Double {
        guard result.position > 0 else { return .nan }
        let lengths = result.lengths.isNaN && result.position == 1 ? 0 : result.lengths
        return lengths.isNaN ? .nan : min(lengths, cap)
    }
}
