import Racing

/// Performances in lengths, adjusted for the opponents.
///
/// A performance is the field's mean rating plus how much less the horse was beaten than the field's mean. The horse's
/// rating moves towards its latest performance, so being beaten three lengths by good horses can count for more than
/// winning a poor race. The weight carried is factored out at three pounds per length. All values are in lengths scaled
/// to 6 furlongs.
///
/// A run without a position counts as 20 lengths: over jumps, a horse is pulled up when it is beaten.
struct AdjustedLengths: Sendable {
    /// The rating of each run's horse after the day of the run, moving by a quarter of the difference; NaN if the horse
    /// has no rating.
    private(set) var fast: [Float]
    /// The same, moving by about an eighth of the difference.
    private(set) var slow: [Float]

    static let poundsPerLength: Float = 3
    private static let fastStep: Float = 0.25
    private static let slowStep: Float = 0.12

    private let rules: RatingRules

    init(_ history: RunHistory, _ horses: Entities, _ rules: RatingRules) {
        self.rules = rules
        let slots = horses.slotOfRun
        fast = [Float](repeating: .nan, count: history.runners.count)
        slow = fast
        var fastRatings = [Float](repeating: 0, count: horses.count)
        var slowRatings = [Float](repeating: 0, count: horses.count)
        var runCounts = [Int32](repeating: 0, count: horses.count)
        history.forEachDay { today in
            // Until the day is over, `fast` and `slow` hold the performances of its runs, not the ratings after it.
            for race in today { setPerformances(race, history, slots, fastRatings, slowRatings) }
            let day = history.runs(of: today)
            for run in day where slots[run] >= 0 && !fast[run].isNaN {
                let horse = Int(slots[run])
                let newcomerStep = 1 / (1.5 + Float(runCounts[horse]))
                fastRatings[horse] += max(Self.fastStep, newcomerStep) * (fast[run] - fastRatings[horse])
                slowRatings[horse] += max(Self.slowStep, newcomerStep) * (slow[run] - slowRatings[horse])
                runCounts[horse] += 1
            }
            for run in day where slots[run] >= 0 {
                let horse = Int(slots[run])
                let isRated = runCounts[horse] > 0
                fast[run] = isRated ? fastRatings[horse] : .nan
                slow[run] = isRated ? slowRatings[horse] : .nan
            }
        }
    }

    /// Sets `fast` and `slow` to the performances of one race, computed from the ratings before the day.
    private mutating func setPerformances(
        _ race: Int,
        _ history: RunHistory,
        _ slots: [Int32],
        _ fastRatings: [Float],
        _ slowRatings: [Float]
    ) {
        let facts = history.races[race]
        let runs = history.runs(race)
        let meanPounds = Float(RunFigures.meanPounds(history.runners[runs]))
        var beatenSum: Float = 0
        var fastSum: Float = 0
        var slowSum: Float = 0
        var known: Float = 0
        for run in runs where slots[run] >= 0 {
            let beaten = performance(facts, history.results[run])
            guard !beaten.isNaN else { continue }
            beatenSum += beaten
            fastSum += fastRatings[Int(slots[run])]
            slowSum += slowRatings[Int(slots[run])]
            known += 1
        }
        for run in runs where slots[run] >= 0 {
            let extra = (history.runners[run].pounds - meanPounds) / Self.poundsPerLength
            let better = beatenSum / known - performance(facts, history.results[run]) + (extra.isNaN ? 0 : extra)
            fast[run] = fastSum / known + better
            slow[run] = slowSum / known + better
        }
    }

    private func performance(_ race: RaceFacts, _ result: PastResult) -> Float {
        rules.counts(result) ? Self.beaten(race, result) : .nan
    }

    /// Lengths behind the winner, scaled to 6 furlongs, at most 20; a run without a position counts as 20. NaN if the
    /// lengths or the distance are unknown.
    static func beaten(_ race: RaceFacts, _ result: PastResult) -> Float {
        guard result.position > 0 else { return 20 }
        guard !result.beatenLengths.isNaN else { return result.position == 1 ? 0 : .nan }
        let lengths = result.beatenLengths * Float(6 / race.furlongs)
        return lengths.isNaN ? .nan : min(20, lengths)
    }
}
