import Modeling
import Racing
import Randomness

/// Races of these sizes, with consecutive rows.
public func races(_ sizes: [Int]) -> [TrainingRace] {
    var next = 0
    return sizes.enumerated().map { index, size in
        defer { next += size }
        return TrainingRace(raceID: Int64(index + 1), day: CalendarDay(Int32(index)), rows: next..<next + size)
    }
}

extension SplitMix64 {
    /// An index drawn with these probabilities.
    public mutating func index(_ p: [Double]) -> Int {
        var remaining = uniform() * p.reduce(0, +)
        for (index, value) in p.enumerated() {
            remaining -= value
            if remaining < 0 { return index }
        }
        return p.count - 1
    }
}
