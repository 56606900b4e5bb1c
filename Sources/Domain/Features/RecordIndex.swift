import Racing

/// Daily totals of trainers, jockeys, pairs of them, or sires.
///
/// All reads take a horizon. There is no way to read runs of that day or later.
final class RecordIndex: Sendable {
    /// Totals of one entity up to the end of a day.
    struct Totals: Sendable {
        var tally = Tally()
        /// The online rating after the day; NaN if there is none.
        var rating: Float = .nan
        /// The same by `RatingRules.revised`.
        var revisedRating: Float = .nan
        /// The sum of 1/2 minus the share of the field that finished in front, in units of 2^-20, so that sums are
        /// exact.
        var shares: Int64 = 0

        static let unit: Float = 1_048_576
    }

    private let table: SlotTable
    /// Slot s owns entries starts[s]..<starts[s + 1].
    private let starts: [Int32]
    private let days: [Int32]
    private let totals: [Totals]

    /// - Parameters:
    ///   - day: the day of each run, in ascending order.
    ///   - shares: the position of each run as a share of the field.
    ///   - ratings: the rating of each run's entity after the day of the run, and the same by the revised rules.
    init(
        _ entities: Entities,
        day: [Int32],
        results: [PastResult],
        shares: [Float],
        ratings: (original: [Float], revised: [Float])? = nil
    ) {
        table = entities.table
        let slots = entities.slotOfRun
        let starts = Self.starts(entities, day: day)
        var days = [Int32](repeating: 0, count: Int(starts[table.count]))
        var totals = [Totals](repeating: Totals(), count: days.count)
        var next = starts
        for run in slots.indices where slots[run] >= 0 {
            let slot = Int(slots[run])
            let isFirst = next[slot] == starts[slot]
            var entry = Int(next[slot]) - 1
            if isFirst || days[entry] != day[run] {
                entry += 1
                next[slot] += 1
                days[entry] = day[run]
                totals[entry] = isFirst ? Totals() : totals[entry - 1]
            }
            totals[entry].tally.add(isWin: results[run].isWin, isPlace: results[run].isPlace)
            totals[entry].shares += Int64(((0.5 - shares[run]) * Totals.unit).rounded())
            if let ratings {
                totals[entry].rating = ratings.original[run]
                totals[entry].revisedRating = ratings.revised[run]
            }
        }
        self.starts = starts
        self.days = days
        self.totals = totals
    }

    /// The first entry of each entity: one entry for each day on which it had runs.
    private static func starts(_ entities: Entities, day: [Int32]) -> [Int32] {
        let slots = entities.slotOfRun
        var lastDay = [Int32](repeating: .min, count: entities.count)
        var starts = [Int32](repeating: 0, count: entities.count + 1)
        for run in slots.indices where slots[run] >= 0 {
            let slot = Int(slots[run])
            if lastDay[slot] != day[run] {
                lastDay[slot] = day[run]
                starts[slot + 1] += 1
            }
        }
        for slot in 0..<entities.count { starts[slot + 1] += starts[slot] }
        return starts
    }

    /// Totals of an entity's whole past before a horizon, and of the last 14, 90 and 365 days before it.
    struct Windows: Sendable {
        var career = Totals()
        var days14 = Totals()
        var days90 = Totals()
        var days365 = Totals()
    }

    func windows(of key: Int64, before horizon: CalendarDay) -> Windows {
        guard let past = entries(of: key, before: horizon) else { return Windows() }
        return Windows(
            career: totals[past.upperBound - 1],
            days14: last(14, of: past, before: horizon),
            days90: last(90, of: past, before: horizon),
            days365: last(365, of: past, before: horizon)
        )
    }

    func career(of key: Int64, before horizon: CalendarDay) -> Totals {
        entries(of: key, before: horizon).map { totals[$0.upperBound - 1] } ?? Totals()
    }

    /// Totals of an entity in the last `days` days before a horizon.
    func last(_ days: Int32, of key: Int64, before horizon: CalendarDay) -> Totals {
        entries(of: key, before: horizon).map { last(days, of: $0, before: horizon) } ?? Totals()
    }

    private func last(_ days: Int32, of entries: Range<Int>, before horizon: CalendarDay) -> Totals {
        let end = entries.upperBound
        // There is at most one entry a day.
        let candidates = max(entries.lowerBound, end - Int(days))..<end
        let start = firstEntry(in: candidates, notBefore: horizon.number - days)
        var window = totals[end - 1]
        guard start > entries.lowerBound else { return window }
        let before = totals[start - 1]
        window.tally.runs -= before.tally.runs
        window.tally.wins -= before.tally.wins
        window.tally.places -= before.tally.places
        window.shares -= before.shares
        return window
    }

    /// The entries of an entity before `horizon`; `nil` if there are none.
    private func entries(of key: Int64, before horizon: CalendarDay) -> Range<Int>? {
        let slot = Int(table.find(key))
        guard slot >= 0 else { return nil }
        let first = Int(starts[slot])
        let end = firstEntry(in: first..<Int(starts[slot + 1]), notBefore: horizon.number)
        return end > first ? first..<end : nil
    }

    private func firstEntry(in entries: Range<Int>, notBefore day: Int32) -> Int {
        entries.partitionPoint { days[$0] < day }
    }
}
