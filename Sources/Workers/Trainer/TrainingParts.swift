import CanonicalForm
import Datasets
import Features
import Foundation
import Learning
import LightGBM
import Modeling
import ModelingStore
import Parquet
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// A training set read from the Parquet parts of a data set, each verified against the manifest.
struct TrainingParts {
    let set: TrainingSet
    /// The data set's name and a digest of the parts, which identify the exact training data.
    let source: String
    let start: CalendarDay

    /// - Throws: `ModelingError` if a month with results has no part, or if a part is not the file that the manifest
    ///   names.
    static func read(
        dataset: String,
        root: String,
        _ features: FeatureSet,
        from first: CalendarDay?,
        through last: CalendarDay,
        prices: [MarketMoment: [Int64: Double]],
        _ pool: PostgresPool
    ) async throws -> TrainingParts {
        let (oldest, months) = try await pool.withConnection { connection in
            (try await ResultMonths.first(connection), try await ResultMonths.read(through: last, connection))
        }
        guard let start = TrainingSet.firstDay(first, oldest: oldest, through: last) else {
            throw ModelingError("there is no result up to \(last): import results first")
        }
        let needed = months.filter { $0 >= DatasetMonth(start).description }
        var attempted: [DatasetPartStore.Part] = []
        while true {
            let parts = try await pool.withConnection { try await DatasetPartStore.read(dataset: dataset, $0) }
            let chosen = try choose(needed, parts, dataset, features)
            do {
                let rows = try await readRows(chosen, root, features, from: start, through: last)
                let digest = HexDigest.sha256(chosen.map(\.sha256).joined(separator: "\n"), bytes: 8)
                return TrainingParts(
                    set: TrainingSet(rows, features, prices: prices),
                    source: "dataset \(dataset) \(digest)",
                    start: start
                )
            } catch let error as ModelingError {
                // A builder may have replaced a part in the meantime: retry if the manifest has changed.
                guard chosen != attempted else { throw error }
                attempted = chosen
            }
        }
    }

    /// The parts of the months, in order.
    static func choose(
        _ months: [String],
        _ parts: [DatasetPartStore.Part],
        _ dataset: String,
        _ features: FeatureSet
    ) throws(ModelingError) -> [DatasetPartStore.Part] {
        let byMonth = Dictionary(parts.map { ($0.part, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = months.filter { byMonth[$0] == nil }
        guard missing.isEmpty else {
            let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
            throw ModelingError(
                "data set \(dataset) has no part \(missing.prefix(5).joined(separator: ", "))\(more) in its manifest: "
                    + "run `giddyup dataset build --name \(dataset)` over these months first"
            )
        }
        let chosen = months.compactMap { byMonth[$0] }
        if let other = chosen.first(where: { $0.featureSetHash != features.hash }) {
            throw ModelingError(
                "part \(other.part) of \(dataset) has feature set \(other.featureSet) (\(other.featureSetHash)), "
                    + "but \(features.version) (\(features.hash)) is needed: build it again"
            )
        }
        return chosen
    }

    private static func readRows(
        _ parts: [DatasetPartStore.Part],
        _ root: String,
        _ features: FeatureSet,
        from first: CalendarDay,
        through last: CalendarDay
    ) async throws -> DatasetRows {
        let rows = try await runOnThread { isCancelled in
            var rows = DatasetRows()
            rows.reserve(rows: parts.reduce(0) { $0 + $1.rows }, features: features.names.count)
            for part in parts {
                if isCancelled() { throw CancellationError() }
                let path = "\(root)/\(part.path)"
                try verify(part, at: path)
                do throws(ParquetError) {
                    try rows.append(path, featureSetHash: features.hash, from: first, through: last)
                } catch {
                    throw ModelingError("part \(part.part) of \(part.dataset): \(error)")
                }
            }
            return rows
        }
        guard !rows.races.isEmpty else {
            throw ModelingError(
                "no race with a winner from \(first) to \(last): build the data set, or choose other dates"
            )
        }
        return rows
    }

    private static func verify(_ part: DatasetPartStore.Part, at path: String) throws(ModelingError) {
        guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
            throw ModelingError("part \(part.part) of \(part.dataset) is missing at \(path): build it again")
        }
        guard HexDigest.sha256(bytes) == part.sha256 else {
            throw ModelingError(
                "part \(part.part) of \(part.dataset) is not the file that the manifest names (SHA-256 differs): "
                    + "build it again"
            )
        }
    }
}

extension TrainingSet {
    init(_ rows: DatasetRows, _ features: FeatureSet, prices: [MarketMoment: [Int64: Double]]) {
        self.init(
            featureNames: features.names,
            featureSetVersion: features.version,
            featureSetHash: features.hash,
            matrix: LightGBMMatrix(rows.values, columns: features.names.count),
            races: rows.races.map { TrainingRace(raceID: $0.raceID, day: $0.day, rows: $0.rows) },
            positions: rows.positions,
            odds: prices.mapValues { byRunner in rows.runners.map { byRunner[$0] ?? .nan } }
        )
    }
}
