import Racing

/// Runs, wins and places.
public struct Tally: Sendable, Equatable {
    public var runs: Int32 = 0
    public var wins: Int32 = 0
    public var places: Int32 = 0

    /// The strike rate shrunk towards `prior`, as if `weight` more runs at that rate had been seen.
    func winRate(prior: Float, weight: Float) -> Float { (Float(wins) + weight * prior) / (Float(runs) + weight) }
    func placeRate(prior: Float, weight: Float) -> Float { (Float(places) + weight * prior) / (Float(runs) + weight) }
}

/// The runs of each entity (a horse, a trainer, a pair ...) in order of date, with prefix sums.
///
/// Everything is asked for "before" a day. There is no way to ask for a run of that day or later.
struct EntityIndex<Key: Hashable & Sendable>: Sendable {
    private var slots: [Key: Int32] = [:]
    /// Slot s owns positions starts[s]..<starts[s + 1].
    private var starts: [Int32] = [0]
    private var runs: [Int32] = []
    private var days: [Int32] = []
    /// Totals over all positions before; differences within one slot are that entity's.
    private var wins: [Int32] = [0]
    private var places: [Int32] = [0]

    /// - Parameter keys: of each run in the book's order; nil where the run has no such entity.
    init(count: Int, key: (Int) -> Key?, day: (Int) -> Int32, result: (Int) -> PastResult) {
        var slotOfRun = [Int32](repeating: -1, count: count)
        var sizes: [Int32] = []
        for run in 0..<count {
            guard let key = key(run) else { continue }
            let slot =
                slots[key]
                ?? {
                    slots[key] = Int32(sizes.count)
                    sizes.append(0)
                    return Int32(sizes.count - 1)
                }()
            slotOfRun[run] = slot
            sizes[Int(slot)] += 1
        }
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        let total = Int(starts[starts.count - 1])
        runs = [Int32](repeating: 0, count: total)
        days = runs
        var next = starts
        for run in 0..<count where slotOfRun[run] >= 0 {
            let slot = Int(slotOfRun[run])
            runs[Int(next[slot])] = Int32(run)
            days[Int(next[slot])] = day(run)
            next[slot] += 1
        }
        wins.reserveCapacity(total + 1)
        places.reserveCapacity(total + 1)
        for run in runs {
            let result = result(Int(run))
            wins.append(wins[wins.count - 1] + (result.isWin ? 1 : 0))
            places.append(places[places.count - 1] + (result.isPlace ? 1 : 0))
        }
    }

    /// The first position of the entity's runs on or after `day`.
    private func position(_ day: Int32, from low: Int32, to high: Int32) -> Int32 {
        var (low, high) = (low, high)
        while low < high {
            let middle = (low + high) / 2
            if days[Int(middle)] < day { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The entity's runs before `horizon`, oldest first.
    func runs(of key: Key, before horizon: CalendarDay) -> ArraySlice<Int32> {
        guard let slot = slots[key] else { return [] }
        let (first, last) = (starts[Int(slot)], starts[Int(slot) + 1])
        return runs[Int(first)..<Int(position(horizon.number, from: first, to: last))]
    }

    /// Totals of the entity's whole past before `horizon`, and of the last `windows` days before it.
    func tallies(of key: Key, before horizon: CalendarDay, windows: [Int32] = []) -> (career: Tally, windows: [Tally]) {
        guard let slot = slots[key] else { return (Tally(), windows.map { _ in Tally() }) }
        let (first, last) = (starts[Int(slot)], starts[Int(slot) + 1])
        let end = position(horizon.number, from: first, to: last)
        return (
            tally(from: first, to: end),
            windows.map { tally(from: position(horizon.number - $0, from: first, to: end), to: end) }
        )
    }

    private func tally(from start: Int32, to end: Int32) -> Tally {
        Tally(runs: end - start, wins: wins[Int(end)] - wins[Int(start)], places: places[Int(end)] - places[Int(start)])
    }
}
