import Features
import Foundation
import Learning
import LightGBM
import Modeling
import Postgres
import Racing
import RacingStore

// What each step from the first model to the served one is worth on seasons that come after its training.
//
// Usage: DATABASE_URL=... bench-steps LAST_TRAINING_DAY..LAST_TEST_DAY ...
//
// Prints, for each window: the log loss per race on the races with one winner, and its difference from the first step
// with the paired standard error.

struct Window {
    let train, test: CalendarDay
    init?(_ text: String) {
        let days = text.components(separatedBy: "..").compactMap { CalendarDay($0) }
        guard days.count == 2, days[0] < days[1] else { return nil }
        (train, test) = (days[0], days[1])
    }
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data((message + "\n").utf8))
    exit(64)
}

let windows = CommandLine.arguments.dropFirst().map { text -> Window in
    guard let window = Window(text) else { fail("\(text) is not a window such as 2023-07-16..2024-07-14") }
    return window
}
guard let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !windows.isEmpty else {
    fail("usage: DATABASE_URL=... bench-steps LAST_TRAINING_DAY..LAST_TEST_DAY ...")
}

func train(_ book: FormBook, _ set: FeatureSet, _ objective: Objective, _ window: Window, stacks: Bool) throws
    -> ModelBundle
{
    guard let start = book.firstTrainingDay(from: nil, through: window.train) else { fail("no results") }
    var plan = TrainingPlan.standard(objective, threads: ProcessInfo.processInfo.activeProcessorCount)
    if !stacks { plan.forwardSeasons = 0 }
    let training = try TrainingSet(book, set, from: start, through: window.train)
    return try ModelTrainer(plan).train(training, name: "step", version: "1")
}

/// The loss of each race, by the scores as they are stacked.
func losses(_ bundle: ModelBundle, _ test: TrainingSet, _ stack: ScoreStack? = nil) throws -> [Double] {
    var bundle = bundle
    if bundle.logit != nil, let stack {
        bundle.stack = stack
        bundle.calibrated = .temperature
    }
    if bundle.logit == nil { bundle.calibrated = .temperature }
    let predictor = try Predictor(bundle)
    let p = try test.races.flatMap { try predictor.race(test.matrix.rows(at: Array($0.rows))) }
    return RaceMetrics.losses(p, test.winShares, test.races)
}

let pool = PostgresPool(url, applicationName: "bench-steps")
let book = try await FormBookReader.read(pool).book
for window in windows {
    func test(_ set: FeatureSet) throws -> TrainingSet {
        try TrainingSet(book, set, from: window.train.advanced(by: 1), through: window.test).withSingleWinners()
    }
    let (one, three) = (try test(.ability1), try test(.latest))
    let winner = try train(book, .ability1, .raceSoftmax, window, stacks: false)
    let exploded = try train(book, .ability1, .raceExploded, window, stacks: false)
    let served = try train(book, .latest, .raceExploded, window, stacks: true)
    let steps: [(String, [Double])] = [
        ("set 1, winner only", try losses(winner, one)),
        ("exploded logit", try losses(exploded, one)),
        ("set 3, trees", try losses(served, three, ScoreStack(trees: 1, logit: 0))),
        ("set 3, conditional logit", try losses(served, three, ScoreStack(trees: 0, logit: 1))),
        ("mean of the two", try losses(served, three, ScoreStack(trees: 0.5, logit: 0.5))),
        ("served: stacked, calibrated", try losses(served, three)),
    ]
    print("trained to \(window.train), tested to \(window.test), \(one.races.count) races")
    for (name, losses) in steps {
        let differences = zip(losses, steps[0].1).map { $0 - $1 }
        let title = name.padding(toLength: 28, withPad: " ", startingAt: 0)
        print(
            "  \(title) "
                + String(
                    format: "%.4f   %+.4f ± %.4f",
                    RaceMetrics.mean(losses),
                    RaceMetrics.mean(differences),
                    RaceMetrics.standardError(differences)
                )
        )
    }
}
