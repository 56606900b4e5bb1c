import Modelling
import Racing
import Seeded

/// Races of the given sizes, their rows one after the other.
func races(_ sizes: [Int]) -> [TrainingRace] {
    var next = 0
    return sizes.enumerated().map { index, size in
        defer { next += size }
        return TrainingRace(raceID: Int64(index + 1), day: CalendarDay(Int32(index)), rows: next..<next + size)
    }
}

extension SplitMix64 {
    /// An index drawn with these probabilities.
    mutating func index(_ p: [Double]) -> Int {
        var left = uniform() * p.reduce(0, +)
        for (index, value) in p.enumerated() {
            left -= value
            if left < 0 { return index }
        }
        return p.count - 1
    }
}
