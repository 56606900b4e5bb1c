import Racing

/// Performances in lengths, adjusted for the opponents: the field's mean rating plus how much less a horse was beaten than the field's mean. A
/// horse's rating moves towards its latest performance, so that being beaten three lengths by good horses counts for more than winning a poor race.
/// The weight carried is taken out at three pounds to the length. All in lengths scaled to 6 furlongs.
struct AdjustedLengths: Sendable {
    /// Of each run's horse after the run's day, moving by a quarter and by an eighth of the difference; NaN for an unknown horse.
    private(set) var fast: [Float]
    private(set) var slow: [Float]

    static let poundsPerLength: Float = 3
    private static let (fastStep, slowStep): (Float, Float) = (0.25, 0.12)

    init(_ history: RunHistory, _ entities: Entities) {
        let (races, runners, results, horseOf, horses) = (history.races, history.runners, history.results, entities.of, entities.count)
        fast = [Float](repeating: .nan, count: runners.count)
        slow = fast
        var (fastRatings, slowRatings) = ([Float](repeating: 0, count: horses), [Float](repeating: 0, count: horses))
        var runsOf = [Int32](repeating: 0, count: horses)
        history.forEachDay { today in
            let day = history.runs(from: today.lowerBound, to: today.upperBound)
            for race in today {
                let runs = history.runs(race)
                let meanPounds = Float(RunFigures.meanPounds(runners[runs]))
                var (beatenSum, fastSum, slowSum, known): (Float, Float, Float, Float) = (0, 0, 0, 0)
                for run in runs where horseOf[run] >= 0 {
                    let beaten = Self.beaten(races[race], results[run])
                    guard !beaten.isNaN else { continue }
                    beatenSum += beaten
                    fastSum += fastRatings[Int(horseOf[run])]
                    slowSum += slowRatings[Int(horseOf[run])]
                    known += 1
                }
                // until the day is over the places of its runs hold what they did, not what is known after it
                for run in runs where horseOf[run] >= 0 {
                    let extra = (runners[run].pounds - meanPounds) / Self.poundsPerLength
                    let better = beatenSum / known - Self.beaten(races[race], results[run]) + (extra.isNaN ? 0 : extra)
                    fast[run] = fastSum / known + better
                    slow[run] = slowSum / known + better
                }
            }
            for run in day where horseOf[run] >= 0 && !fast[run].isNaN {
                let horse = Int(horseOf[run])
                let newcomer = 1 / (1.5 + Float(runsOf[horse]))
                fastRatings[horse] += max(Self.fastStep, newcomer) * (fast[run] - fastRatings[horse])
                slowRatings[horse] += max(Self.slowStep, newcomer) * (slow[run] - slowRatings[horse])
                runsOf[horse] += 1
            }
            for run in day where horseOf[run] >= 0 {
                let horse = Int(horseOf[run])
                let isKnown = runsOf[horse] > 0
                fast[run] = isKnown ? fastRatings[horse] : .nan
                slow[run] = isKnown ? slowRatings[horse] : .nan
            }
        }
    }

    /// Lengths behind the winner, scaled to 6 furlongs, at most 20; a run without a position counts as 20. NaN where the lengths or the
    /// distance are not known.
    static func beaten(_ race: RaceFacts, _ result: PastResult) -> Float {
        guard result.position > 0 else { return 20 }
        guard !result.beatenLengths.isNaN else { return result.position == 1 ? 0 : .nan }
        let lengths = result.beatenLengths * Float(6 / race.furlongs)
        return lengths.isNaN ? .nan : min(20, lengths)
    }
}
