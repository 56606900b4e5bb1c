import Datasets
import Foundation
import Learning
import LightGBM
import Modeling
import Racing

// Trains the five folds of race_softmax with early stopping on the parts of a data set, and prints one line of JSON.
//
// Usage: bench-training FOLDER

func fail(_ message: String, exitCode: Int32 = 1) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(exitCode)
}

guard CommandLine.arguments.count > 1 else { fail("usage: bench-training FOLDER", exitCode: 64) }
let folder = CommandLine.arguments[1]
let start = ContinuousClock.now
var rows = DatasetRows()
for file in try FileManager.default.contentsOfDirectory(atPath: folder).filter({ $0.hasSuffix(".parquet") }).sorted() {
    try rows.append(
        folder + "/" + file,
        featureSetHash: nil,
        from: CalendarDay(-700_000),
        through: CalendarDay(700_000)
    )
}
let races = rows.races.map { TrainingRace(raceID: $0.raceID, day: $0.day, rows: $0.rows) }
let positions = rows.positions
guard !races.isEmpty else { fail("\(folder): no part with races; run `giddyup dataset build` first") }
let readSeconds = (ContinuousClock.now - start) / .seconds(1)
let set = TrainingSet(
    featureNames: rows.featureNames,
    featureSetVersion: 1,
    featureSetHash: "",
    matrix: LightGBMMatrix(rows.values, columns: rows.featureNames.count),
    races: races,
    positions: positions,
    odds: [:]
)
// Free the columns that training does not need.
rows = DatasetRows()
var plan = TrainingPlan.standard(.raceSoftmax, threads: ProcessInfo.processInfo.activeProcessorCount)
// Without seasons, a trial is judged out of fold.
plan.forwardSeasons = 0
let trial = try HyperparameterSearch.run(0, plan, set, isCancelled: { false })
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let result: [String: Any] = [
    "rows": positions.count, "races": races.count, "read_s": readSeconds, "train_s": trial.seconds, "loss": trial.loss,
    "rss_mb": Double(usage.ru_maxrss) / 1024, "parameters": trial.parameters, "rounds": plan.rounds,
    "patience": plan.patience,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys]), as: UTF8.self))
