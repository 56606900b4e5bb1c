import Racing

/// What trainers, jockeys, pairs of them and sires did, by day.
///
/// Everything is asked for "before" a day. There is no way to ask for a run of that day or later.
final class RecordIndex: Sendable {
    /// Totals of one entity up to the end of a day.
    struct Totals: Sendable {
        var tally = Tally()
        /// The online rating after the day; NaN where it has none.
        var rating: Float = .nan
        /// Sum of 1/2 minus the share of the field that finished in front, in units of 2^-20, so that sums are exact.
        var shares: Int64 = 0

        static let unit: Float = 1_048_576
    }

    private let table: SlotTable
    /// Slot s owns entries starts[s]..<starts[s + 1].
    private let starts: [Int32]
    private let days: [Int32]
    private let totals: [Totals]

    /// - Parameters:
    ///   - day: of each run, never falling.
    ///   - ratings: of each run's entity after its day.
    init(_ entities: Entities, day: [Int32], results: [PastResult], shares: [Float], ratings: [Float]? = nil) {
        table = entities.table
        let slots = entities.of
        var (lastDay, counts) = ([Int32](repeating: .min, count: table.count), [Int32](repeating: 0, count: table.count))
        for run in slots.indices where slots[run] >= 0 {
            let slot = Int(slots[run])
            if lastDay[slot] != day[run] {
                lastDay[slot] = day[run]
                counts[slot] += 1
            }
        }
        var starts = [Int32](repeating: 0, count: table.count + 1)
        for slot in counts.indices { starts[slot + 1] = starts[slot] + counts[slot] }
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
            if let ratings { totals[entry].rating = ratings[run] }
        }
        (self.starts, self.days, self.totals) = (starts, days, totals)
    }

    /// Totals of an entity's whole past before a horizon, and of the last 14, 90 and 365 days before it.
    struct Windows: Sendable {
        var career = Totals()
        var days14 = Totals()
        var days90 = Totals()
        var days365 = Totals()
    }

    func windows(of key: Int64, before horizon: CalendarDay) -> Windows {
        guard let (first, end) = range(of: key, before: horizon) else { return Windows() }
        return Windows(
            career: totals[end - 1], days14: last(14, first, end, horizon), days90: last(90, first, end, horizon),
            days365: last(365, first, end, horizon))
    }

    func career(of key: Int64, before horizon: CalendarDay) -> Totals { range(of: key, before: horizon).map { totals[$0.end - 1] } ?? Totals() }

    func last(_ days: Int32, of key: Int64, before horizon: CalendarDay) -> Totals {
        range(of: key, before: horizon).map { last(days, $0.first, $0.end, horizon) } ?? Totals()
    }

    private func last(_ days: Int32, _ first: Int, _ end: Int, _ horizon: CalendarDay) -> Totals {
        let start = position(horizon.number - days, from: max(first, end - Int(days)), to: end)
        var window = totals[end - 1]
        guard start > first else { return window }
        let before = totals[start - 1]
        window.tally.runs -= before.tally.runs
        window.tally.wins -= before.tally.wins
        window.tally.places -= before.tally.places
        window.shares -= before.shares
        return window
    }

    /// The entries of an entity before `horizon`; nil where there are none.
    private func range(of key: Int64, before horizon: CalendarDay) -> (first: Int, end: Int)? {
        let slot = Int(table.find(key))
        guard slot >= 0 else { return nil }
        let (first, last) = (Int(starts[slot]), Int(starts[slot + 1]))
        let end = position(horizon.number, from: first, to: last)
        return end > first ? (first, end) : nil
    }

    /// The first entry on or after `day`.
    private func position(_ day: Int32, from low: Int, to high: Int) -> Int {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if days[middle] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
