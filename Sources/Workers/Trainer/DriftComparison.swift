import Drift
import Features
import Foundation
import Learning
import LightGBM
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// Compares what a model was served on recent days with the last year of its training data.
public struct DriftComparison: Sendable {
    private let bundle: ModelBundle
    private let modelID: Int64
    private let days: ClosedRange<CalendarDay>
    private let pool: PostgresPool
    private let configuration: RuntimeConfiguration

    /// How many days of the training data are the reference: every season once.
    private static let referenceDays = 365

    public init(
        _ bundle: ModelBundle,
        modelID: Int64,
        days: ClosedRange<CalendarDay>,
        _ pool: PostgresPool,
        _ configuration: RuntimeConfiguration
    ) {
        self.bundle = bundle
        self.modelID = modelID
        self.days = days
        self.pool = pool
        self.configuration = configuration
    }

    /// Compares, and records the run.
    ///
    /// - Throws: `ModelingError` if no live race of these days was served, or the training data is not there any more.
    public func run() async throws -> DriftRun {
        let set = try bundle.featureSet()
        let live = try await LiveFeatures.read(
            modelID: modelID,
            featureSetHash: set.hash,
            days: days,
            configuration
        )
        guard live.rows > 0 else {
            throw ModelingError(
                "race.features holds no live race of \(days.lowerBound) to \(days.upperBound) for "
                    + "\(bundle.name) \(bundle.version)"
            )
        }
        let last = bundle.trainedThrough
        let reference = max(bundle.trainedFrom, last.advanced(by: 1 - Self.referenceDays))...last
        let (book, _) = try await FormBookReader.read(pool, before: last.advanced(by: 1))
        let predictions = try await predictionColumns(after: last)
        let (training, columns) = try await runOnThread { isCancelled in
            let training = try TrainingSet(
                book,
                set,
                from: reference.lowerBound,
                through: last,
                isCancelled: isCancelled
            )
            let columns = try Self.compare(set.names, training.matrix.values, live.values, isCancelled)
            return (training.positions.count, columns)
        }
        let run = DriftRun(
            model: "\(bundle.name) \(bundle.version)",
            modelID: modelID,
            days: days,
            referenceDays: reference,
            races: live.races,
            referenceRows: training,
            currentRows: live.rows,
            columns: columns + predictions
        )
        try await pool.transaction { try await DriftStore.insert(run, $0) }
        return run
    }

    /// One column at a time, so that little is in memory twice.
    private static func compare(
        _ names: [String],
        _ reference: [Float],
        _ current: [Float],
        _ isCancelled: () -> Bool
    ) throws -> [DriftRun.Column] {
        func sample(_ values: [Float], _ column: Int) -> ColumnSample {
            ColumnSample(stride(from: column, to: values.count, by: names.count).map { Double(values[$0]) })
        }
        return try names.enumerated().map { column, name in
            if isCancelled() { throw CancellationError() }
            let drift = ColumnDrift(name, reference: sample(reference, column), current: sample(current, column))
            return DriftRun.Column(drift, .feature)
        }
    }

    /// What the model predicted live, against what a backfill predicted for days after its training. Predictions for
    /// its training days would be too sharp. Empty if nothing was backfilled.
    private func predictionColumns(after last: CalendarDay) async throws -> [DriftRun.Column] {
        let (reference, current) = try await pool.withConnection { connection in
            let from = last.advanced(by: 1)
            return (
                try await PredictionStore.readBackfilled(
                    modelID: modelID,
                    days: from...max(from, days.lowerBound.advanced(by: -1)),
                    connection
                ),
                try await PredictionStore.readLive(modelID: modelID, days: days, connection)
            )
        }
        guard !reference.model.isEmpty, !current.model.isEmpty else { return [] }
        return [("p_model", reference.model, current.model), ("p_win", reference.bet, current.bet)].map {
            let drift = ColumnDrift($0, reference: ColumnSample($1), current: ColumnSample($2))
            return DriftRun.Column(drift, .prediction)
        }
    }
}
