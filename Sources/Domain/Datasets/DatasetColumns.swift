import Expectations
import Features
import Parquet

/// The rows of one part in columns: the labels, then the features in the order of their set.
struct DatasetColumns {
    private let set: FeatureSet
    private var raceIDs: [Int64] = []
    /// Days since 1970-01-01.
    private var days: [Int32] = []
    private var runnerIDs: [Int64] = []
    private var horseIDs: [Int64] = []
    /// 0 for a run without a position.
    private var positions: [Int64] = []
    private var features: [[Float]]

    var rows: Int { raceIDs.count }

    /// Builds races of a form book, by the same function as live.
    ///
    /// - Throws: `CancellationError` if `isCancelled` returns `true`.
    init(_ numbers: Range<Int>, _ book: FormBook, _ set: FeatureSet, isCancelled: () -> Bool) throws {
        self.set = set
        let width = set.features.count
        let rows = numbers.reduce(0) { $0 + book.runners($1).count }
        features = (0..<width).map { _ in [Float](repeating: .nan, count: rows) }
        for number in numbers {
            if isCancelled() { throw CancellationError() }
            let race = book.race(number)
            let field = book.runners(number)
            let matrix = set.build(race, field, book: book, horizon: race.day)
            let start = raceIDs.count
            for (runner, result) in zip(field, book.labels(number)) {
                raceIDs.append(race.raceID)
                days.append(race.day.number)
                runnerIDs.append(runner.runnerID)
                horseIDs.append(runner.horse)
                positions.append(Int64(result.position))
            }
            for column in features.indices {
                features[column].withUnsafeMutableBufferPointer { target in
                    for row in 0..<field.count { target[start + row] = matrix.values[row * width + column] }
                }
            }
        }
    }

    /// Returns the column of this name in the form that expectations check.
    func expectationColumn(_ name: String) -> ExpectationColumn? {
        switch name {
        // Compare ids as text: two distinct large ids can be equal as doubles.
        case "race_id": .texts(raceIDs.map { String($0) })
        case "runner_id": .texts(runnerIDs.map { String($0) })
        case "horse_id": .texts(horseIDs.map { String($0) })
        case "position": .numbers(positions.map { $0 > 0 ? Double($0) : .nan })
        default: set.column(name).map { .numbers(features[$0].map(Double.init)) }
        }
    }

    /// The columns in the order of `DatasetFile.labels` and of the set.
    var parquetColumns: [ParquetColumn] {
        [
            ParquetColumn("race_id", .int64(raceIDs)), ParquetColumn("race_date", .date(days)),
            ParquetColumn("runner_id", .int64(runnerIDs)), ParquetColumn("horse_id", .int64(horseIDs)),
            ParquetColumn("position", .int64(positions), isValid: positions.map { $0 > 0 }),
        ] + zip(set.names, features).map { ParquetColumn($0, nullForNaN: $1) }
    }
}
