import Racing

/// The facts that all starters of a race share.
struct RaceContext {
    let race: RaceFacts
    let fieldSize: Int
    /// The mean weight of the field, pounds.
    let meanPounds: Float
    let horizon: CalendarDay
    /// The ratio of wins to expected wins of the low, middle and high third of the draw.
    let drawBias: SIMD4<Float>

    init(_ race: RaceFacts, _ runners: ArraySlice<RunnerFacts>, book: FormBook.Storage, before horizon: CalendarDay) {
        self.race = race
        self.horizon = horizon
        fieldSize = runners.count
        var sum: Float = 0
        var known: Float = 0
        for runner in runners where !runner.pounds.isNaN {
            sum += runner.pounds
            known += 1
        }
        meanPounds = known > 0 ? sum / known : .nan
        drawBias = book.drawBias(race, before: horizon)
    }
}
