import Drift
import Foundation
import Logging
import Modeling
import ModelingStore
import Postgres
import Racing
import ServiceLifecycle
import WorkerRuntime

/// Takes up the drift runs that the scheduler requested, and shows the latest ones as metrics. Of several trainers one
/// does each.
public struct DriftService: Service {
    private let pool: PostgresPool
    private let configuration: RuntimeConfiguration
    private let metrics: Metrics
    private let logger: Logger

    private static let interval = Duration.seconds(30)

    public init(_ process: WorkerProcess, _ pool: PostgresPool) {
        self.pool = pool
        configuration = process.configuration
        metrics = process.metrics
        logger = process.logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var shown: Set<String> = []
            while !Task.isCancelled {
                do {
                    if let request = try await pool.withConnection({ try await ScheduledJobStore.claimDrift($0) }) {
                        await compare(request)
                        continue
                    }
                    let runs = try await pool.withConnection { try await DriftStore.readLatest($0) }
                    for model in shown.subtracting(runs.map(\.model)) { hide(model) }
                    for run in runs { show(run) }
                    shown = Set(runs.map(\.model))
                } catch {
                    if !Task.isCancelled { logger.warning("drift is not measured: \(error)") }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// A run that fails for good is done, or it would keep the others waiting: the next day brings another one. One
    /// that was interrupted is claimed again.
    private func compare(_ request: ScheduledJobStore.DriftRequest) async {
        do {
            do { try await compareLive(request) } catch let error as ModelingError {
                logger.notice("drift of model \(request.modelID) is not measured: \(error)")
            } catch  where !Task.isCancelled && ErrorClass.standard(error) != .transient {
                logger.error("drift of model \(request.modelID) is not measured: \(error)")
            }
            try await pool.withConnection { connection in
                try await ScheduledJobStore.markDone(request.job, dueAt: request.dueAt, connection)
            }
        } catch {
            logger.error("drift of model \(request.modelID) is not measured yet: \(error)")
            // In a task of its own, so that a cancelled run is released too and another trainer can claim it.
            let release = Task {
                try await pool.withConnection { connection in
                    try await ScheduledJobStore.release(
                        request.job,
                        dueAt: request.dueAt,
                        claimedAt: request.claimedAt,
                        connection
                    )
                }
            }
            _ = try? await release.value
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func compareLive(_ request: ScheduledJobStore.DriftRequest) async throws {
        let bundle = try await pool.withConnection { try await ModelRegistry.bundle(modelID: request.modelID, $0) }
        let days = request.through.advanced(by: 1 - request.days)...request.through
        let run = try await DriftComparison(
            bundle,
            modelID: request.modelID,
            days: days,
            pool,
            configuration
        ).run()
        logger.notice(
            "drift measured",
            metadata: [
                "model": "\(run.model)", "races": "\(run.races)", "columns": "\(run.columns.count)",
                "drifted": "\(run.summary.drifted)",
            ]
        )
        show(run)
    }

    /// A model that was replaced has no current figures.
    private func hide(_ model: String) {
        for name in [
            "giddyup_drift_share", "giddyup_drift_columns", "giddyup_drift_columns_drifted",
            "giddyup_drift_through_timestamp_seconds",
        ] { metrics.remove(name, ["model": model]) }
    }

    private func show(_ run: DriftRun) {
        let labels = ["model": run.model]
        metrics.set("giddyup_drift_share", labels, run.summary.share)
        metrics.set("giddyup_drift_columns", labels, Double(run.summary.columns))
        metrics.set("giddyup_drift_columns_drifted", labels, Double(run.summary.drifted))
        let through = WallTime.midnight.instant(on: run.days.upperBound.advanced(by: 1), in: .gmt)
        metrics.set("giddyup_drift_through_timestamp_seconds", labels, Double(through.microseconds) / 1e6)
    }
}
