import Racing

/// One starter's card entry and its history before the horizon: everything that a feature may read.
struct StarterContext {
    let common: RaceContext
    let runner: RunnerFacts
    let past: HorsePast
    let record: HorseRecord
    let trainer: RecordIndex.Windows
    let jockey: RecordIndex.Windows
    /// The record of the trainer and jockey together.
    let pair: Tally
    /// The sire's runners in the last two years.
    let sire: RecordIndex.Totals

    var race: RaceFacts { common.race }
    var fieldSize: Int { common.fieldSize }
    /// Weight carried over the field's mean, pounds.
    var extraPounds: Float { runner.pounds - common.meanPounds }
    /// The ratio of wins to expected wins of the starter's third of the draw; NaN without a draw.
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
