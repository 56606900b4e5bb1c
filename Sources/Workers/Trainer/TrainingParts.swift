import Crypto
import Datasets
import Features
import Foundation
import LightGBM
import ModelingStore
import Modelling
import Parquet
import Postgres
import Racing
import RacingStore

/// A training set from the Parquet parts of a data set, held against the manifest.
struct TrainingParts {
    let set: TrainingSet
    /// Names exactly what was learnt from: a digest of the parts.
    let source: String
    let start: CalendarDay

    /// - Throws: `ModellingError` where a month with results has no part, or a part is not the file that the manifest names.
    static func read(
        dataset: String, root: String, _ features: FeatureSet, from first: CalendarDay?, through last: CalendarDay,
        prices: [Int: [Int64: Double]], _ pool: PostgresPool
    ) async throws -> TrainingParts {
        let (oldest, months) = try await pool.withConnection { connection in
            (try await ResultMonths.first(connection), try await ResultMonths.read(through: last, connection))
        }
        guard let start = TrainingSet.firstDay(first, oldest: oldest, through: last) else {
            throw ModellingError("there is no result up to \(last): import results first")
        }
        let needed = months.filter { $0 >= DatasetMonth(start).description }
        var known: [DatasetManifest.Part] = []
        while true {
            let parts = try await pool.withConnection { try await DatasetManifest.read(dataset: dataset, $0) }
            let chosen = try choose(needed, parts, dataset, features)
            do { return try await read(chosen, root, features, start, last, prices) } catch let error as ModellingError {
                // a builder may have put another part in its place meanwhile
                guard chosen != known else { throw error }
                known = chosen
            }
        }
    }

    static func choose(
        _ months: [String], _ parts: [DatasetManifest.Part], _ dataset: String, _ features: FeatureSet
    ) throws(ModellingError) -> [DatasetManifest.Part] {
        let byMonth = Dictionary(parts.map { ($0.part, $0) }, uniquingKeysWith: { first, _ in first })
        let missing = months.filter { byMonth[$0] == nil }
        guard missing.isEmpty else {
            throw ModellingError(
                "data set \(dataset) has no part \(missing.prefix(5).joined(separator: ", "))\(missing.count > 5 ? " and \(missing.count - 5) more" : "") in its manifest: run `giddyup dataset build --dataset \(dataset)` over these months first"
            )
        }
        let chosen = months.compactMap { byMonth[$0] }
        if let other = chosen.first(where: { $0.featureSetHash != features.hash }) {
            throw ModellingError(
                "part \(other.part) of \(dataset) is of feature set \(other.featureSet) (\(other.featureSetHash)), and \(features.version) (\(features.hash)) is needed: build it again"
            )
        }
        return chosen
    }

    private static func read(
        _ parts: [DatasetManifest.Part], _ root: String, _ features: FeatureSet, _ start: CalendarDay, _ last: CalendarDay,
        _ prices: [Int: [Int64: Double]]
    ) async throws -> TrainingParts {
        let rows = try await onOwnThread { isCancelled, _ in
            var rows = DatasetRows()
            rows.reserve(rows: parts.reduce(0) { $0 + $1.rows }, features: features.names.count)
            for part in parts {
                if isCancelled() { throw CancellationError() }
                let path = "\(root)/\(part.path)"
                guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
                    throw ModellingError("part \(part.part) of \(part.dataset) is not there: \(path). Build it again")
                }
                guard SHA256.hash(data: bytes).map({ String(format: "%02x", $0) }).joined() == part.sha256 else {
                    throw ModellingError(
                        "part \(part.part) of \(part.dataset) is not the file that the manifest names (SHA-256 differs). Build it again")
                }
                do throws(ParquetError) { try rows.append(path, featureSetHash: features.hash, from: start, through: last) } catch {
                    throw ModellingError("part \(part.part) of \(part.dataset): \(error)")
                }
            }
            return rows
        } report: { _, _ in
        }
        guard !rows.races.isEmpty else {
            throw ModellingError("no race with a winner from \(start) to \(last): build the data set, or choose other dates")
        }
        let digest = SHA256.hash(data: Data(parts.map(\.sha256).joined(separator: "\n").utf8)).prefix(8).map { String(format: "%02x", $0) }.joined()
        return TrainingParts(
            set: TrainingSet(rows, features, prices: prices), source: "dataset \(parts.first?.dataset ?? "") \(digest)", start: start)
    }
}

extension TrainingSet {
    init(_ rows: DatasetRows, _ features: FeatureSet, prices: [Int: [Int64: Double]]) {
        self.init(
            featureNames: features.names, featureSetVersion: features.version, featureSetHash: features.hash,
            matrix: LightGBMMatrix(rows.values, columns: features.names.count),
            races: rows.races.map { TrainingRace(raceID: $0.raceID, day: $0.day, rows: $0.rows) }, positions: rows.positions,
            odds: prices.mapValues { byRunner in rows.runners.map { byRunner[$0] ?? .nan } })
    }
}
