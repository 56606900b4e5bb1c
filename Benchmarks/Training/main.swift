import Foundation
import LightGBM
import Modelling
import Parquet
import Racing

// Trains the five folds of race_softmax with early stopping on a data set's parts, and prints one line of JSON.
// Usage: bench-training FOLDER

func fail(_ why: String) -> Never {
    FileHandle.standardError.write(Data("\(why)\n".utf8))
    exit(1)
}

guard CommandLine.arguments.count > 1 else {
    FileHandle.standardError.write(Data("usage: bench-training FOLDER\n".utf8))
    exit(64)
}
let folder = CommandLine.arguments[1]
let start = ContinuousClock.now
let labels = ["race_id", "race_date", "runner_id", "horse_id", "position"]
var (values, races, positions): ([Float], [TrainingRace], [Int16]) = ([], [], [])
var names: [String] = []
for file in try FileManager.default.contentsOfDirectory(atPath: folder).filter({ $0.hasSuffix(".parquet") }).sorted() {
    let reader = try ParquetReader(folder + "/" + file)
    names = reader.names.filter { !labels.contains($0) }
    let position = try reader.column("position")
    guard case .int64(let ids) = try reader.column("race_id").values, case .date(let days) = try reader.column("race_date").values,
        case .int64(let places) = position.values
    else { fail("\(file) is no part of a data set") }
    let columns = try names.map { name -> [Float] in
        let column = try reader.column(name)
        guard case .float(let numbers) = column.values else { fail("\(file): \(name) is no feature") }
        guard let valid = column.isValid else { return numbers }
        return zip(numbers, valid).map { $1 ? $0 : .nan }
    }
    var row = 0
    while row < ids.count {
        var end = row
        while end < ids.count, ids[end] == ids[row] { end += 1 }
        let field = (row..<end).map { position.isValid?[$0] == false ? Int16(0) : Int16(places[$0]) }
        if field.count > 1, field.contains(1) {
            races.append(TrainingRace(raceID: ids[row], day: CalendarDay(days[row]), rows: positions.count..<positions.count + field.count))
            positions += field
            for index in row..<end { for column in columns { values.append(column[index]) } }
        }
        row = end
    }
}
guard !races.isEmpty else { fail("\(folder) holds no part with races") }
let read = (ContinuousClock.now - start) / .seconds(1)
let set = TrainingSet(
    featureNames: names, featureSetVersion: 1, featureSetHash: "", matrix: LightGBMMatrix(values, columns: names.count), races: races,
    positions: positions, odds: [:])
values = []
let plan = TrainingPlan.standard(.raceSoftmax, threads: ProcessInfo.processInfo.activeProcessorCount)
let trial = try HyperparameterSearch.run(0, plan, set, isCancelled: { false })
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
let result: [String: Any] = [
    "rows": positions.count, "races": races.count, "read_s": read, "train_s": trial.seconds, "loss": trial.loss,
    "rss_mb": Double(usage.ru_maxrss) / 1024, "parameters": trial.parameters, "rounds": plan.rounds, "patience": plan.patience,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys]), as: UTF8.self))
