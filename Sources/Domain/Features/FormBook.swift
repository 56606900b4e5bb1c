import Racing

/// An immutable snapshot of all past runs, in the order (race date, race id, runner id).
///
/// History can be read only `before` a day. A run becomes visible on the day after it was run.
public struct FormBook: Sendable {
    let storage: Storage

    /// - Parameter races: races with all their starters, including non-finishers, in any order. Races without starters
    ///   are dropped.
    public init(_ races: [(race: RaceFacts, runs: [(runner: RunnerFacts, result: PastResult)])]) {
        var columns = FormBookColumns()
        for entry in races {
            columns.add(entry.race)
            for run in entry.runs { columns.add(run.runner, run.result, race: entry.race.raceID) }
        }
        self.init(columns)
    }

    /// Takes seconds for a few million runs, on two threads: do not call it on the cooperative thread pool.
    public init(_ columns: consuming FormBookColumns) { storage = Storage(columns.ordered()) }
}

extension FormBook {
    /// The contents of a book in one object, so that copying a book counts a single reference.
    final class Storage: Sendable {
        let history: RunHistory
        /// The source digest after each race.
        let digests: [SourceDigest]
        let horses: HorseIndex
        let trainers: RecordIndex
        let jockeys: RecordIndex
        let sires: RecordIndex
        /// For feature set 2.
        let connections: Connections
        let drawLengths: DrawLengths
        private let pairs: RecordIndex
        private let draws: DrawBias
        private let slots: (trainers: SlotTable, jockeys: SlotTable)

        init(_ history: RunHistory) {
            self.history = history
            let runners = history.runners
            let ((horses, sires), (trainers, jockeys)) = concurrently(
                { (Entities(runners, \.horse), Entities(runners, \.sire)) },
                { (Entities(runners, \.trainer), Entities(runners, \.jockey)) }
            )
            slots = (trainers.table, jockeys.table)
            let ((figures, pairs, runForms), (ratings, lengths, revised, revisedLengths)) = concurrently(
                {
                    let pairs = Entities(runners) { Self.pair($0.trainer, $0.jockey, trainers.table, jockeys.table) }
                    return (RunFigures(history), pairs, RunForms(history, horses))
                },
                {
                    (
                        OnlineRatings(history, horses, jockeys, trainers, .original),
                        AdjustedLengths(history, horses, .original),
                        OnlineRatings(history, horses, jockeys, trainers, .revised),
                        AdjustedLengths(history, horses, .revised)
                    )
                }
            )
            let (days, shares) = history.daysAndShares()
            @Sendable func index(_ entities: Entities, _ ratings: ([Float], [Float])? = nil) -> RecordIndex {
                RecordIndex(entities, day: days, results: history.results, shares: shares, ratings: ratings)
            }
            ((self.horses, draws), (self.trainers, self.jockeys, self.pairs, self.sires, digests)) = concurrently(
                {
                    (
                        HorseIndex(
                            history,
                            horses,
                            shares: shares,
                            figures,
                            ratings,
                            lengths,
                            runForms,
                            (revised.horse, revisedLengths)
                        ),
                        DrawBias(history)
                    )
                },
                {
                    (
                        index(trainers, (ratings.trainer, revised.trainer)),
                        index(jockeys, (ratings.jockey, revised.jockey)), index(pairs), index(sires),
                        SourceDigest.afterEach(history)
                    )
                }
            )
            let residuals = runForms.residuals.values
            connections = Connections(history, day: days, residuals: residuals)
            drawLengths = DrawLengths(history, residuals: residuals)
        }

        /// The key of a trainer and jockey together; 0 if either is unknown.
        private static func pair(_ trainer: Int64, _ jockey: Int64, _ trainers: SlotTable, _ jockeys: SlotTable)
            -> Int64
        {
            let trainerSlot = trainers.find(trainer)
            let jockeySlot = jockeys.find(jockey)
            return trainerSlot < 0 || jockeySlot < 0 ? 0 : Int64(trainerSlot) << 32 | Int64(jockeySlot) + 1
        }

        /// The record of a trainer and jockey together.
        func pair(trainer: Int64, jockey: Int64, before horizon: CalendarDay) -> RecordIndex.Totals {
            pairs.career(of: Self.pair(trainer, jockey, slots.trainers, slots.jockeys), before: horizon)
        }

        /// The ratio of wins to expected wins of each third of the draw under the same conditions; 1 is fair.
        func drawBias(_ race: RaceFacts, before horizon: CalendarDay) -> SIMD4<Float> {
            draws.bias(race, before: horizon)
        }
    }
}
