import Foundation
import Racing

/// One starter's card entry and everything that was known about it before the horizon.
struct StarterContext {
    let race: RaceFacts
    let runner: RunnerFacts
    let fieldSize: Int
    /// The mean weight of the field, pounds.
    let meanPounds: Float
    let horizon: CalendarDay
    /// Newest first.
    let past: [FormBook.PastRun]
    let horse: Tally
    let horseYear: Tally
    let atCourse: Tally
    let atDistance: Tally
    let onGoing: Tally
    let onSurface: Tally
    let performance: PerformanceRating
    let trainer: Person
    let jockey: Person
    let pair: Tally
    let partnership: Tally
    let drawBias: Float
    let ratings: (horse: Float, jockey: Float, trainer: Float)

    /// A trainer's or jockey's record.
    struct Person {
        let career: Tally
        let days14: Tally
        let days90: Tally
        let days365: Tally

        init(_ tallies: (career: Tally, windows: [Tally])) {
            career = tallies.career
            (days14, days90, days365) = (tallies.windows[0], tallies.windows[1], tallies.windows[2])
        }

        static let windows: [Int32] = [14, 90, 365]
    }

    init(_ race: RaceFacts, _ runner: RunnerFacts, fieldSize: Int, meanPounds: Float, book: FormBook, before horizon: CalendarDay) {
        self.race = race
        self.runner = runner
        self.fieldSize = fieldSize
        self.meanPounds = meanPounds
        self.horizon = horizon
        let oldestFirst = book.past(of: runner.horse, before: horizon)
        past = oldestFirst.reversed()
        func tally(_ isCounted: (FormBook.PastRun) -> Bool) -> Tally {
            var tally = Tally()
            for run in oldestFirst where isCounted(run) {
                tally.runs += 1
                if run.result.isWin { tally.wins += 1 }
                if run.result.isPlace { tally.places += 1 }
            }
            return tally
        }
        let band = race.distanceBand
        horse = tally { _ in true }
        horseYear = tally { $0.race.day.days(since: horizon) >= -365 }
        atCourse = tally { $0.race.course == race.course }
        atDistance = tally { $0.race.distanceBand == band }
        onGoing = tally { $0.race.going == race.going }
        onSurface = tally { $0.race.surface == race.surface }
        performance = PerformanceRating(oldestFirst, at: horizon)
        trainer = Person(book.trainer(runner.trainer, before: horizon, windows: Person.windows))
        jockey = Person(book.jockey(runner.jockey, before: horizon, windows: Person.windows))
        pair = book.pair(trainer: runner.trainer, jockey: runner.jockey, before: horizon)
        partnership = book.partnership(jockey: runner.jockey, horse: runner.horse, before: horizon)
        ratings = book.ratings(of: runner, before: horizon)
        drawBias = book.drawBias(race, draw: runner.draw, fieldSize: fieldSize, before: horizon)
    }

    /// A number of each of the last `count` runs, newest first, where the run has it.
    func last(_ count: Int, _ value: (FormBook.PastRun) -> Float) -> [Float] {
        past.prefix(count).map(value).filter { !$0.isNaN }
    }
}

/// The performance rating (GPR): run ratings weighted by recency and shrunk towards 0, the context's mean.
struct PerformanceRating {
    /// Pounds; NaN for a horse without a rated run.
    let value: Float
    /// Standard error, pounds; NaN below two rated runs.
    let standardError: Float

    /// Days after which a run counts half.
    static let halfLife = 120.0

    init(_ oldestFirst: [FormBook.PastRun], at horizon: CalendarDay) {
        var (weights, squares, sum, sumOfSquares, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for run in oldestFirst where !run.rating.isNaN {
            let weight = exp2(-Double(horizon.days(since: run.race.day)) / Self.halfLife)
            let rating = Double(run.rating)
            weights += weight
            squares += weight * weight
            sum += weight * rating
            sumOfSquares += weight * rating * rating
            count += 1
        }
        guard count > 0 else { (value, standardError) = (.nan, .nan); return }
        let mean = sum / weights
        value = Float(mean * count / (count + 4))
        let variance = max(1, sumOfSquares / weights - mean * mean)
        standardError = count > 1 ? Float((variance * squares).squareRoot() / weights) : .nan
    }
}
