import Racing

/// The runs of each horse in one contiguous block, oldest first.
///
/// `@unchecked Sendable`: nothing changes after `init`, and the index owns the memory that the pointers refer to.
final class HorseIndex: @unchecked Sendable {
    private let table: SlotTable
    /// Horse h owns runs starts[h]..<starts[h + 1].
    private let starts: [Int32]
    private let runs: UnsafeMutablePointer<PastRun>
    /// In the order of `runs`, apart from them: only feature set 2 reads these.
    private let forms: UnsafeMutablePointer<RunForm>
    /// The day of each run, in an array of its own: a search touches one or two cache lines.
    private let days: [Int32]

    init(
        _ history: RunHistory,
        _ horses: Entities,
        shares: [Float],
        _ figures: RunFigures,
        _ ratings: OnlineRatings,
        _ lengths: AdjustedLengths,
        _ runForms: RunForms,
        _ revised: (online: [Float], lengths: AdjustedLengths)
    ) {
        table = horses.table
        var next = [Int32](repeating: 0, count: horses.count + 1)
        for slot in horses.slotOfRun where slot >= 0 { next[Int(slot) + 1] += 1 }
        for slot in 0..<horses.count { next[slot + 1] += next[slot] }
        starts = next
        // Allocate at least one run, so that the pointer is valid for an empty history too.
        runs = .allocate(capacity: max(1, Int(next[horses.count])))
        forms = .allocate(capacity: max(1, Int(next[horses.count])))
        var days = [Int32](repeating: 0, count: Int(next[horses.count]))
        for (index, race) in history.races.enumerated() {
            for run in history.runs(index) where horses.slotOfRun[run] >= 0 {
                let runner = history.runners[run]
                let result = history.results[run]
                let target = Int(next[Int(horses.slotOfRun[run])])
                next[Int(horses.slotOfRun[run])] += 1
                days[target] = race.day.number
                let isFirst = target == starts[Int(horses.slotOfRun[run])]
                var form = runForms.form(
                    run,
                    race,
                    result,
                    fieldSize: history.runs(index).count,
                    after: isFirst
                        ? nil : (forms[target - 1], race.day.number - days[target - 1], runs[target - 1].isWin)
                )
                form.online = revised.online[run]
                form.lengths = revised.lengths.fast[run]
                form.lengthsSlow = revised.lengths.slow[run]
                forms.advanced(by: target).initialize(to: form)
                runs.advanced(by: target).initialize(
                    to: PastRun(
                        run,
                        race,
                        runner,
                        result,
                        share: shares[run],
                        figures,
                        online: ratings.horse[run],
                        lengths
                    )
                )
            }
        }
        self.days = days
    }

    deinit {
        runs.deallocate()
        forms.deallocate()
    }

    /// Returns the horse's runs before `horizon`.
    func past(of horse: Int64, before horizon: CalendarDay) -> HorsePast {
        let slot = Int(table.find(horse))
        guard slot >= 0 else { return HorsePast(runs, forms, 0..<0) }
        let first = Int(starts[slot])
        let end = Int(starts[slot + 1])
        // A card is usually newer than all of the horse's runs.
        if end > first, days[end - 1] < horizon.number { return HorsePast(runs, forms, first..<end) }
        return HorsePast(runs, forms, first..<(first..<end).partitionPoint { days[$0] < horizon.number })
    }
}

extension PastRun {
    /// - Parameter run: its number in the history.
    fileprivate init(
        _ run: Int,
        _ race: RaceFacts,
        _ runner: RunnerFacts,
        _ result: PastResult,
        share: Float,
        _ figures: RunFigures,
        online: Float,
        _ lengths: AdjustedLengths
    ) {
        self.init(
            course: race.course,
            jockey: runner.jockey,
            furlongs: race.furlongs,
            day: race.day.number,
            classBonus: race.classBonus,
            pounds: runner.pounds,
            officialRating: runner.officialRating,
            positionShare: share,
            beaten: AdjustedLengths.beaten(race, result),
            speed: figures.speed[run],
            speedForDay: figures.speedForDay[run],
            rating: figures.rating[run],
            online: online,
            lengths: lengths.fast[run],
            lengthsSlow: lengths.slow[run],
            position: result.position,
            distanceBand: race.distanceBand,
            going: race.going,
            surface: race.surface
        )
    }
}
