import Racing

/// Wins by third of the draw, beside what equal chances would have given.
struct DrawBias: Sendable {
    private struct Key: Hashable {
        let course: Int64
        let surface: UInt8
        let distance: UInt8
        let going: UInt8
        let third: UInt8
    }
    fileprivate struct Series: Sendable {
        var days: [Int32] = []
        /// Totals up to and including that day.
        var wins: [Double] = []
        var expected: [Double] = []
    }

    private var series: [Key: Series] = [:]
    /// As if this many races' worth of fair results had been seen.
    private static let weight: Double = 15

    init(races: [RaceFacts], raceStarts: [Int32], runners: [RunnerFacts], results: [PastResult]) {
        for (index, race) in races.enumerated() {
            let range = Int(raceStarts[index])..<Int(raceStarts[index + 1])
            let winners = range.count { results[$0].isWin }
            for run in range {
                guard let key = Self.key(race, draw: runners[run].draw, fieldSize: range.count) else { continue }
                // a dead heat's winners share the one win
                let win = results[run].isWin ? 1 / Double(winners) : 0
                series[key, default: Series()].add(race.day.number, win, 1 / Double(range.count))
            }
        }
    }

    func bias(_ race: RaceFacts, draw: Float, fieldSize: Int, before horizon: CalendarDay) -> Float {
        guard let key = Self.key(race, draw: draw, fieldSize: fieldSize) else { return .nan }
        guard let series = series[key] else { return 1 }
        var (low, high) = (0, series.days.count)
        while low < high {
            let middle = (low + high) / 2
            if series.days[middle] < horizon.number { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return 1 }
        return Float((series.wins[low - 1] + Self.weight) / (series.expected[low - 1] + Self.weight))
    }

    private static func key(_ race: RaceFacts, draw: Float, fieldSize: Int) -> Key? {
        guard draw >= 1, fieldSize > 0 else { return nil }
        let third = min(2, max(0, Int((draw * 3 - 1) / Float(fieldSize))))
        return Key(course: race.course, surface: race.surface, distance: race.distanceBand, going: race.going, third: UInt8(third))
    }
}

extension DrawBias.Series {
    fileprivate mutating func add(_ day: Int32, _ win: Double, _ expected: Double) {
        if days.last == day {
            wins[wins.count - 1] += win
            self.expected[self.expected.count - 1] += expected
        } else {
            wins.append((wins.last ?? 0) + win)
            self.expected.append((self.expected.last ?? 0) + expected)
            days.append(day)
        }
    }
}
