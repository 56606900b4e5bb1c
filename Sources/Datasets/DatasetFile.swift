import Crypto
import Expectations
import Features
import Foundation
import Parquet
import Racing

/// One month of features as a Parquet file: a row per starter in the order (race date, race id, runner id), zstd, with column statistics; missing
/// values are nulls. Labels come first, then the features in the order of their set, whose hash is in the file's metadata.
public struct DatasetFile: Sendable, Equatable {
    public let path: String
    public let sha256: String
    public let bytes: Int
    public let races: Int
    public let rows: Int
    /// What the suite found; nothing critical, or there would be no file.
    public let report: ExpectationReport

    /// Columns before the features. `position` is null for a run without one.
    public static let labels: [(name: String, kind: ParquetColumn.Kind)] = [
        ("race_id", .int64), ("race_date", .date), ("runner_id", .int64), ("horse_id", .int64), ("position", .int64),
    ]

    /// Builds the month's races, by the same function as live, and writes them. The file is whole or not there. Blocks: call it off the cooperative
    /// threads.
    ///
    /// - Parameter source: `FormBook.sourceDigest` of the day after the month.
    /// - Throws: `RefusedPart` where the suite found something critical; `ParquetError`; `CancellationError`.
    public static func write(
        _ month: DatasetMonth, _ book: FormBook, _ set: FeatureSet, source: String, suite: ExpectationSuite, to path: String,
        isCancelled: () -> Bool = { false }
    ) throws -> DatasetFile {
        let numbers = book.raceNumbers(from: month.first, through: month.last)
        let rows = numbers.reduce(0) { $0 + book.runners($1).count }
        let width = set.features.count
        var (races, days, runners, horses, positions): ([Int64], [Int32], [Int64], [Int64], [Int64]) = ([], [], [], [], [])
        var columns = (0..<width).map { _ in [Float](repeating: .nan, count: rows) }
        var done = 0
        for number in numbers {
            if isCancelled() { throw CancellationError() }
            let (race, field, results) = (book.race(number), book.runners(number), book.labels(number))
            let matrix = set.build(race, field, book: book, horizon: race.day)
            for (runner, result) in zip(field, results) {
                races.append(race.raceID)
                days.append(race.day.number)
                runners.append(runner.runnerID)
                horses.append(runner.horse)
                positions.append(Int64(result.position))
            }
            for column in columns.indices {
                columns[column].withUnsafeMutableBufferPointer { target in
                    for row in 0..<field.count { target[done + row] = matrix.values[row * width + column] }
                }
            }
            done += field.count
        }
        let values = columns
        let report = suite.check(rows: rows) { name in
            switch name {
            // as text: of large ids, numbers would take two for one
            case "race_id": .texts(races.map { String($0) })
            case "runner_id": .texts(runners.map { String($0) })
            case "horse_id": .texts(horses.map { String($0) })
            case "position": .numbers(positions.map { $0 > 0 ? Double($0) : .nan })
            default: set.column(name).map { .numbers(values[$0].map(Double.init)) }
            }
        }
        guard report.failures(.critical).isEmpty else { throw RefusedPart(report: report) }
        var writer = try ParquetWriter(
            path, columns: labels + set.names.map { ($0, .float) },
            metadata: [
                "giddyup.feature_set": "\(set.version)", "giddyup.feature_set_hash": set.hash, "giddyup.definition": set.definition,
                "giddyup.part": month.description, "giddyup.source": source,
            ])
        try writer.write(
            [
                ParquetColumn("race_id", .int64(races)), ParquetColumn("race_date", .date(days)), ParquetColumn("runner_id", .int64(runners)),
                ParquetColumn("horse_id", .int64(horses)), ParquetColumn("position", .int64(positions), isValid: positions.map { $0 > 0 }),
            ] + zip(set.names, columns).map { ParquetColumn($0, nullForNaN: $1) })
        try writer.finish()
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        let sha = SHA256.hash(data: data).map { String(format: "%02x", $0) }.joined()
        return DatasetFile(path: path, sha256: sha, bytes: data.count, races: numbers.count, rows: rows, report: report)
    }
}

/// A part that breaks a critical expectation: nothing is written.
public struct RefusedPart: Error, Sendable, CustomStringConvertible {
    public let report: ExpectationReport
    public var description: String {
        "suite \(report.suite): \(report.failures(.critical).map(\.description).joined(separator: "; "))"
    }
}
