import Racing

/// Wins by third of the draw, beside what equal chances would have given.
struct DrawBias: Sendable {
    private struct Key: Hashable {
        let course: Int64
        let surface: UInt8
        let distance: UInt8
        let going: UInt8

        init(_ race: RaceFacts) { (course, surface, distance, going) = (race.course, race.surface, race.distanceBand, race.going) }
    }
    /// Totals by day of one kind of race; each day's up to and including it.
    fileprivate struct Series: Sendable {
        var days: [Int32] = []
        var wins: [SIMD4<Double>] = []
        var expected: [SIMD4<Double>] = []
    }

    private var series: [Key: Series] = [:]
    /// As if this many races' worth of fair results had been seen.
    private static let weight = SIMD4<Double>(repeating: 15)

    init(_ history: RunHistory) {
        let (runners, results) = (history.runners, history.results)
        for (index, race) in history.races.enumerated() {
            let range = history.runs(index)
            let winners = range.count { results[$0].isWin }
            var (wins, expected) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
            var isDrawn = false
            for run in range {
                guard let third = Self.third(draw: runners[run].draw, fieldSize: range.count) else { continue }
                isDrawn = true
                // a dead heat's winners share the one win
                if results[run].isWin { wins[third] += 1 / Double(winners) }
                expected[third] += 1 / Double(range.count)
            }
            if isDrawn { series[Key(race), default: Series()].add(race.day.number, wins, expected) }
        }
    }

    /// Wins over chance of each third under the race's conditions, shrunk; 1 is fair.
    func bias(_ race: RaceFacts, before horizon: CalendarDay) -> SIMD4<Float> {
        guard let series = series[Key(race)] else { return .one }
        var (low, high) = (0, series.days.count)
        while low < high {
            let middle = (low + high) / 2
            if series.days[middle] < horizon.number { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return .one }
        let bias = (series.wins[low - 1] + Self.weight) / (series.expected[low - 1] + Self.weight)
        return SIMD4<Float>(bias)
    }

    /// 0 low to 2 high; nil without a draw.
    static func third(draw: Float, fieldSize: Int) -> Int? {
        guard draw >= 1, fieldSize > 0 else { return nil }
        return min(2, max(0, Int((draw * 3 - 1) / Float(fieldSize))))
    }
}

extension DrawBias.Series {
    fileprivate mutating func add(_ day: Int32, _ win: SIMD4<Double>, _ chance: SIMD4<Double>) {
        if days.last == day {
            wins[wins.count - 1] += win
            expected[expected.count - 1] += chance
        } else {
            wins.append((wins.last ?? .zero) + win)
            expected.append((expected.last ?? .zero) + chance)
            days.append(day)
        }
    }
}
