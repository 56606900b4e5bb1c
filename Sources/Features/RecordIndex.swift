import Racing

/// What trainers, jockeys, pairs of them and sires did, by day.
///
/// Everything is asked for "before" a day. There is no way to ask for a run of that day or later.
struct RecordIndex: Sendable {
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
    ///   - table: the entities.
    ///   - slots: of each run in the book's order; -1 where the run has no such entity.
    ///   - day: of each run, never falling.
    init(_ table: SlotTable, slots: [Int32], day: [Int32], results: [PastResult], shares: [Float], ratings: [Float]? = nil) {
        self.table = table
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

    /// The past of one entity, from which windows can be asked.
    struct Record {
        fileprivate let index: RecordIndex
        fileprivate let first: Int
        /// After the last entry before the horizon.
        fileprivate let end: Int
        fileprivate let horizon: Int32

        var career: Totals { end > first ? index.totals[end - 1] : Totals() }

        /// The last `days` days before the horizon.
        func last(_ days: Int32) -> Totals {
            guard end > first else { return Totals() }
            let start = index.position(horizon - days, from: max(first, end - Int(days)), to: end)
            var window = index.totals[end - 1]
            guard start > first else { return window }
            let before = index.totals[start - 1]
            window.tally.runs -= before.tally.runs
            window.tally.wins -= before.tally.wins
            window.tally.places -= before.tally.places
            window.shares -= before.shares
            return window
        }
    }

    func record(of key: Int64, before horizon: CalendarDay) -> Record {
        let slot = Int(table.find(key))
        guard slot >= 0 else { return Record(index: self, first: 0, end: 0, horizon: horizon.number) }
        let (first, last) = (Int(starts[slot]), Int(starts[slot + 1]))
        return Record(index: self, first: first, end: position(horizon.number, from: first, to: last), horizon: horizon.number)
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
