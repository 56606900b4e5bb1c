import Racing

/// All past runs in the order (race date, race id, runner id).
struct RunHistory: Sendable {
    let races: [RaceFacts]
    /// Race r owns runs starts[r]..<starts[r + 1].
    let starts: [Int32]
    let runners: [RunnerFacts]
    let results: [PastResult]

    func runs(_ race: Int) -> Range<Int> { Int(starts[race])..<Int(starts[race + 1]) }

    /// The runs of a contiguous range of races.
    func runs(of races: Range<Int>) -> Range<Int> { Int(starts[races.lowerBound])..<Int(starts[races.upperBound]) }

    /// Calls `body` with the races of each day, in order.
    @inline(__always) func forEachDay(_ body: (Range<Int>) -> Void) {
        var first = 0
        while first < races.count {
            var last = first
            while last < races.count, races[last].day == races[first].day { last += 1 }
            body(first..<last)
            first = last
        }
    }

    /// The day of each run, and its position as a share of the field, 0 first to 1 last; a run without a position
    /// counts as last.
    func daysAndShares() -> (days: [Int32], shares: [Float]) {
        var days = [Int32](repeating: 0, count: runners.count)
        var shares = [Float](repeating: 1, count: runners.count)
        for race in races.indices {
            let field = runs(race)
            for run in field {
                days[run] = races[race].day.number
                let position = results[run].position
                if position > 0 { shares[run] = field.count > 1 ? Float(position - 1) / Float(field.count - 1) : 0 }
            }
        }
        return (days, shares)
    }
}
