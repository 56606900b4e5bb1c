import CanonicalForm
import Expectations
import Features
import Foundation
import Parquet
import Racing

/// One month of features as a Parquet file, compressed with zstd and with column statistics.
///
/// One row for each starter in the order (race date, race id, runner id); missing values are null. The labels come
/// first, then the features in the order of their set. The file's metadata holds the hash of the set.
public struct DatasetFile: Sendable, Equatable {
    public let path: String
    public let sha256: String
    public let bytes: Int
    public let races: Int
    public let rows: Int
    /// The suite's findings; none of them is critical.
    public let report: ExpectationReport

    /// The columns before the features. `position` is null for a run without one.
    public static let labels: [(name: String, kind: ParquetColumn.Kind)] = [
        ("race_id", .int64), ("race_date", .date), ("runner_id", .int64), ("horse_id", .int64), ("position", .int64),
    ]

    /// Builds the races of a month, by the same function as live, and writes them to a file, atomically. Blocks: do not
    /// call it on the cooperative thread pool.
    ///
    /// - Parameter source: `FormBook.sourceDigest` of the day after the month.
    /// - Throws: `RefusedPart` if a critical expectation fails; `ParquetError` if the file cannot be written;
    ///   `CancellationError` if cancelled.
    public static func write(
        _ month: DatasetMonth,
        _ book: FormBook,
        _ set: FeatureSet,
        source: String,
        suite: ExpectationSuite,
        to path: String,
        isCancelled: () -> Bool = { false }
    ) throws -> DatasetFile {
        let numbers = book.raceNumbers(from: month.first, through: month.last)
        let columns = try DatasetColumns(numbers, book, set, isCancelled: isCancelled)
        let report = suite.check(rows: columns.rows) { columns.expectationColumn($0) }
        guard report.failures(.critical).isEmpty else { throw RefusedPart(report: report) }
        var writer = try ParquetWriter(
            path,
            columns: labels + set.names.map { ($0, .float) },
            metadata: [
                "giddyup.feature_set": "\(set.version)", "giddyup.feature_set_hash": set.hash,
                "giddyup.definition": set.definition,
                "giddyup.part": month.description, "giddyup.source": source,
            ]
        )
        try writer.write(columns.parquetColumns)
        try writer.finish()
        let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        return DatasetFile(
            path: path,
            sha256: HexDigest.sha256(data),
            bytes: data.count,
            races: numbers.count,
            rows: columns.rows,
            report: report
        )
    }
}
