import Racing

/// What one race's starters have in common.
struct RaceContext {
    let race: RaceFacts
    let fieldSize: Int
    /// The mean weight of the field, pounds.
    let meanPounds: Float
    let horizon: CalendarDay
    /// Of the low, middle and high third of the draw.
    let drawBias: SIMD4<Float>

    init(_ race: RaceFacts, _ runners: ArraySlice<RunnerFacts>, book: FormBook.Storage, before horizon: CalendarDay) {
        self.race = race
        self.horizon = horizon
        fieldSize = runners.count
        var (sum, known): (Float, Float) = (0, 0)
        for runner in runners where !runner.pounds.isNaN {
            sum += runner.pounds
            known += 1
        }
        meanPounds = known > 0 ? sum / known : .nan
        drawBias = book.drawBias(race, before: horizon)
    }
}

/// One starter's card entry and everything that was known about it before the horizon.
struct StarterContext {
    let common: RaceContext
    let runner: RunnerFacts
    let past: HorsePast
    let record: HorseRecord
    let trainer: RecordIndex.Windows
    let jockey: RecordIndex.Windows
    let pair: Tally
    let sire: RecordIndex.Totals

    var race: RaceFacts { common.race }
    var fieldSize: Int { common.fieldSize }
    /// Pounds over the field's mean.
    var extraPounds: Float { runner.pounds - common.meanPounds }
    var drawBias: Float { DrawBias.third(draw: runner.draw, fieldSize: fieldSize).map { common.drawBias[$0] } ?? .nan }

    init(_ common: RaceContext, _ runner: RunnerFacts, book: FormBook.Storage) {
        self.common = common
        self.runner = runner
        let horizon = common.horizon
        past = book.horses.past(of: runner.horse, before: horizon)
        record = HorseRecord(past, race: common.race, jockey: runner.jockey, before: horizon)
        trainer = book.trainers.windows(of: runner.trainer, before: horizon)
        jockey = book.jockeys.windows(of: runner.jockey, before: horizon)
        pair = book.pair(trainer: runner.trainer, jockey: runner.jockey, before: horizon).tally
        sire = book.sires.last(730, of: runner.sire, before: horizon)
    }
}
