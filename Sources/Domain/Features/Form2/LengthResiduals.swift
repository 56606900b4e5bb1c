import Racing

/// How many lengths better each run was than the ratings of its field led one to expect.
///
/// A performance is the field's mean rating, plus how much less the horse was beaten than the field's mean, plus the
/// weight it carried over the mean at three pounds a length; the residual is the performance less the horse's own
/// rating, which then moves towards it. Lengths are scaled to 6 furlongs.
struct LengthResiduals: Sendable {
    /// The residual of each run; NaN for a finisher behind the winner without lengths.
    private(set) var values: [Double]

    private static let cap = 12.0
    private static let poundsPerLength = 3.0
    private static let smallestStep = 0.2

    init(_ history: RunHistory, _ horses: Entities, extraPounds: [Double]) {
        values = [Double](repeating: .nan, count: history.runners.count)
        var ratings = [Double](repeating: 0, count: horses.count)
        var counts = [Double](repeating: 0, count: horses.count)
        history.forEachDay { today in
            for race in today { setResiduals(race, history, horses.slotOfRun, ratings, extraPounds) }
            for run in history.runs(of: today) where horses.slotOfRun[run] >= 0 && !values[run].isNaN {
                let horse = Int(horses.slotOfRun[run])
                ratings[horse] += max(Self.smallestStep, 1 / (1.5 + counts[horse])) * values[run]
                counts[horse] += 1
            }
        }
    }

    private mutating func setResiduals(
        _ race: Int,
        _ history: RunHistory,
        _ slots: [Int32],
        _ ratings: [Double],
        _ extraPounds: [Double]
    ) {
        let facts = history.races[race]
        var rating = FieldMean()
        var beaten = FieldMean()
        for run in history.runs(race) where slots[run] >= 0 {
            values[run] = min(Self.beaten(facts, history.results[run]), Self.cap)
            guard !values[run].isNaN else { continue }
            rating.add(ratings[Int(slots[run])])
            beaten.add(values[run])
        }
        for run in history.runs(race) where slots[run] >= 0 && !values[run].isNaN {
            let performance =
                rating.value + beaten.value - values[run] + extraPounds[run] / Self.poundsPerLength
            values[run] = performance - ratings[Int(slots[run])]
        }
    }

    /// Lengths behind the winner, scaled to 6 furlongs, at most 20; 20 without a position, and 0 for a winner without
    /// lengths. NaN if the lengths or the distance are unknown.
    private static func beaten(_ race: RaceFacts, _ result: PastResult) -> Double {
        guard result.position > 0 else { return 20 }
        let lengths = result.lengths.isNaN && result.position == 1 ? 0 : result.lengths
        let scaled = lengths * 6 / race.furlongs
        return scaled.isNaN ? .nan : min(20, scaled)
    }
}
