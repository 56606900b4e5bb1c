import Foundation
import Racing

/// Means of the residuals of one kind of entity (jockeys, a sire's runners on a surface, ...), which fade with time.
///
/// All reads take a horizon. There is no way to read runs of that day or later.
final class ResidualIndex: Sendable {
    /// How fast the runs of an entity fade, and how far their mean is shrunk.
    struct Fading: Sendable {
        /// The age in days at which a run counts half; infinite if all runs count alike.
        let halfLife: Double
        /// The weight of the prior mean, 0, in runs.
        let shrinkage: Double

        func weight(after age: Int32) -> Double { pow(0.5, Double(age) / halfLife) }
    }

    /// The weights of all fadings in one table, so that a lookup copies no array.
    private struct Weights: Sendable {
        let fadings: [Fading]
        /// By age in days up to `tabulated`, one fading after the other.
        private let table: [Double]
        private static let tabulated = 1024

        init(_ fadings: [Fading]) {
            self.fadings = fadings
            table = fadings.flatMap { fading in (0..<Self.tabulated).map { fading.weight(after: Int32($0)) } }
        }

        @inline(__always) func weight(after age: Int32, _ fading: Int) -> Double {
            age < Self.tabulated ? table[fading * Self.tabulated + Int(age)] : fadings[fading].weight(after: age)
        }
    }

    /// The sum of residuals and the sum of weights, faded to the day of the entry.
    private struct Entry: Sendable {
        var total = 0.0
        var weight = 0.0
    }

    private let keys: SlotTable
    /// Slot s owns entries starts[s]..<starts[s + 1]: one for each day on which it had runs.
    private let starts: [Int32]
    private let days: [Int32]
    /// The entries by fading, one fading after the other for each day.
    private let entries: [Entry]
    private let weights: Weights

    /// - Parameters:
    ///   - keys: the entity of each run.
    ///   - day: the day of each run, in ascending order.
    ///   - residuals: of each run; a run without one is not counted.
    init(_ keys: [Int64], day: [Int32], residuals: [Double], _ fadings: [Fading]) {
        let weights = Weights(fadings)
        self.weights = weights
        var table = SlotTable()
        let slots = keys.indices.map { residuals[$0].isNaN ? -1 : table.insert(keys[$0]) }
        self.keys = table
        starts = Self.starts(slots, table.count, day)
        let width = fadings.count
        var days = [Int32](repeating: 0, count: Int(starts[table.count]))
        var entries = [Entry](repeating: Entry(), count: days.count * width)
        var next = starts
        for run in slots.indices where slots[run] >= 0 {
            let slot = Int(slots[run])
            var number = Int(next[slot]) - 1
            if next[slot] == starts[slot] || days[number] != day[run] {
                number += 1
                next[slot] += 1
                days[number] = day[run]
                if number > starts[slot] {
                    let age = day[run] - days[number - 1]
                    for index in fadings.indices {
                        let earlier = entries[(number - 1) * width + index]
                        let weight = weights.weight(after: age, index)
                        entries[number * width + index] = Entry(
                            total: earlier.total * weight,
                            weight: earlier.weight * weight
                        )
                    }
                }
            }
            for index in fadings.indices {
                entries[number * width + index].total += residuals[run]
                entries[number * width + index].weight += 1
            }
        }
        self.days = days
        self.entries = entries
    }

    private static func starts(_ slots: [Int32], _ count: Int, _ day: [Int32]) -> [Int32] {
        var lastDay = [Int32](repeating: .min, count: count)
        var starts = [Int32](repeating: 0, count: count + 1)
        for run in slots.indices where slots[run] >= 0 && lastDay[Int(slots[run])] != day[run] {
            lastDay[Int(slots[run])] = day[run]
            starts[Int(slots[run]) + 1] += 1
        }
        for slot in 0..<count { starts[slot + 1] += starts[slot] }
        return starts
    }

    /// Where the runs of an entity before a horizon end.
    struct Position {
        fileprivate let entry: Int
        fileprivate let age: Int32
    }

    /// - Returns: `nil` if the entity has no runs before `horizon`.
    @inline(__always)
    func position(of key: Int64, on day: CalendarDay, before horizon: CalendarDay) -> Position? {
        let slot = Int(keys.find(key))
        guard slot >= 0 else { return nil }
        let first = Int(starts[slot])
        var end = Int(starts[slot + 1])
        if days[end - 1] >= horizon.number { end = (first..<end).partitionPoint { days[$0] < horizon.number } }
        return end > first ? Position(entry: end - 1, age: day.number - days[end - 1]) : nil
    }

    /// The mean residual at a position, faded and shrunk towards 0.
    @inline(__always) func mean(_ position: Position, _ fading: Int = 0) -> Double {
        let weight = weights.weight(after: position.age, fading)
        let entry = entries[position.entry * weights.fadings.count + fading]
        return entry.total * weight / (entry.weight * weight + weights.fadings[fading].shrinkage)
    }
}
