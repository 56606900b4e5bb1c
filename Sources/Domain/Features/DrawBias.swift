import Racing

/// Wins by third of the draw, relative to the wins expected from equal chances.
struct DrawBias: Sendable {
    private struct Key: Hashable {
        let course: Int64
        let surface: UInt8
        let distance: UInt8
        let going: UInt8

        init(_ race: RaceFacts) {
            course = race.course
            surface = race.surface
            distance = race.distanceBand
            going = race.going
        }
    }

    /// Cumulative totals of one kind of race, up to and including each day.
    private struct Series: Sendable {
        var days: [Int32] = []
        var wins: [SIMD4<Double>] = []
        var expected: [SIMD4<Double>] = []

        mutating func add(day: Int32, wins: SIMD4<Double>, expected: SIMD4<Double>) {
            if days.last == day {
                self.wins[self.wins.count - 1] += wins
                self.expected[self.expected.count - 1] += expected
            } else {
                self.wins.append((self.wins.last ?? .zero) + wins)
                self.expected.append((self.expected.last ?? .zero) + expected)
                days.append(day)
            }
        }
    }

    private var series: [Key: Series] = [:]
    /// The weight of the prior, a ratio of 1, in wins per third.
    private static let weight = SIMD4<Double>(repeating: 15)

    init(_ history: RunHistory) {
        let runners = history.runners
        let results = history.results
        for (index, race) in history.races.enumerated() {
            let range = history.runs(index)
            let winners = range.count { results[$0].isWin }
            var wins = SIMD4<Double>.zero
            var expected = SIMD4<Double>.zero
            var isDrawn = false
            for run in range {
                guard let third = Self.third(draw: runners[run].draw, fieldSize: range.count) else { continue }
                isDrawn = true
                // The winners of a dead heat share one win.
                if results[run].isWin { wins[third] += 1 / Double(winners) }
                expected[third] += 1 / Double(range.count)
            }
            if isDrawn {
                series[Key(race), default: Series()].add(day: race.day.number, wins: wins, expected: expected)
            }
        }
    }

    /// The ratio of wins to expected wins of each third under the race's conditions, shrunk; 1 is fair.
    func bias(_ race: RaceFacts, before horizon: CalendarDay) -> SIMD4<Float> {
        guard let series = series[Key(race)] else { return .one }
        let end = series.days.indices.partitionPoint { series.days[$0] < horizon.number }
        guard end > 0 else { return .one }
        let bias = (series.wins[end - 1] + Self.weight) / (series.expected[end - 1] + Self.weight)
        return SIMD4<Float>(bias)
    }

    /// The third of the draw, 0 low to 2 high; `nil` without a draw.
    static func third(draw: Float, fieldSize: Int) -> Int? {
        guard draw >= 1, fieldSize > 0 else { return nil }
        return min(2, max(0, Int((draw * 3 - 1) / Float(fieldSize))))
    }
}
