import Racing

/// Each horse's runs beside one another, oldest first.
///
/// `@unchecked Sendable`: nothing changes after `init`; the pointer is to memory of its own, freed with it.
final class HorseIndex: @unchecked Sendable {
    private let table: SlotTable
    /// Horse h owns runs starts[h]..<starts[h + 1].
    private let starts: [Int32]
    private let runs: UnsafeMutablePointer<PastRun>
    /// The day of each, apart from the rest: looking for one touches a line of memory or two.
    private let days: [Int32]

    init(_ history: RunHistory, _ horses: Entities, shares: [Float], _ figures: RunFigures, _ ratings: OnlineRatings, _ lengths: AdjustedLengths) {
        table = horses.table
        var next = [Int32](repeating: 0, count: horses.count + 1)
        for slot in horses.of where slot >= 0 { next[Int(slot) + 1] += 1 }
        for slot in 0..<horses.count { next[slot + 1] += next[slot] }
        starts = next
        // never without an address, even for no runs
        runs = .allocate(capacity: max(1, Int(next[horses.count])))
        var days = [Int32](repeating: 0, count: Int(next[horses.count]))
        for (index, race) in history.races.enumerated() {
            for run in history.runs(index) where horses.of[run] >= 0 {
                let (runner, result) = (history.runners[run], history.results[run])
                let place = Int(next[Int(horses.of[run])])
                next[Int(horses.of[run])] += 1
                days[place] = race.day.number
                runs.advanced(by: place).initialize(
                    to: PastRun(
                        course: race.course, jockey: runner.jockey, furlongs: race.furlongs, day: race.day.number, classBonus: race.classBonus,
                        pounds: runner.pounds, officialRating: runner.officialRating, positionShare: shares[run],
                        beaten: AdjustedLengths.beaten(race, result), speed: figures.speed[run], speedForDay: figures.speedForDay[run],
                        rating: figures.rating[run], online: ratings.horse[run], lengths: lengths.fast[run], lengthsSlow: lengths.slow[run],
                        position: result.position, distanceBand: race.distanceBand, going: race.going, surface: race.surface))
            }
        }
        self.days = days
    }

    deinit { runs.deallocate() }

    /// The horse's runs before `horizon`.
    func past(of horse: Int64, before horizon: CalendarDay) -> HorsePast {
        let slot = Int(table.find(horse))
        guard slot >= 0 else { return HorsePast(runs, 0..<0) }
        let first = Int(starts[slot])
        var (low, high) = (first, Int(starts[slot + 1]))
        // a card is usually newer than all of them
        if high > first, days[high - 1] < horizon.number { return HorsePast(runs, first..<high) }
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < horizon.number { low = middle + 1 } else { high = middle }
        }
        return HorsePast(runs, first..<low)
    }
}
