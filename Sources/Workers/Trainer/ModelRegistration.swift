import Features
import Foundation
import Learning
import Logging
import ModelArtifacts
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingStore

/// Registers a trained model, and promotes it if a rule allows that without a person.
struct ModelRegistration: Sendable {
    private let pool: PostgresPool
    private let mlflow: MLflowSync?
    private let progress: TrainingProgress
    private let logger: Logger

    init(_ pool: PostgresPool, mlflow: MLflowSync?, progress: TrainingProgress, logger: Logger) {
        self.pool = pool
        self.mlflow = mlflow
        self.progress = progress
        self.logger = logger
    }

    /// Registers a model, and promotes it if it is the first one or a refit that may replace its parent.
    ///
    /// - Parameter parent: the model that a refit is to replace; `nil` leaves the model in staging.
    func register(
        _ bundle: ModelBundle,
        _ features: FeatureSet,
        from start: CalendarDay,
        refitting parent: ModelBundle?
    ) async throws -> RegisteredModel {
        let metrics = String(decoding: try JSONEncoder().encode(bundle.metrics), as: UTF8.self)
        let (registered, known) = try await pool.withConnection { connection in
            let model = try await ModelRegistry.register(bundle, metricsJSON: metrics, connection)
            return (model, try await ModelRegistry.list(connection))
        }
        let live = known.filter { $0.stage == .production }
        var model = registered
        if live.isEmpty {
            model = try await promote(
                registered,
                bundle,
                features,
                from: start,
                why: "the first model",
                replacing: .nothing
            )
        } else if let parent, let gate = RefitGate(bundle, parent: parent),
            live.contains(where: { $0.name == parent.name && $0.version == parent.version })
        {
            model = try await promote(
                registered,
                bundle,
                features,
                from: start,
                why: "a refit of \(gate.parent)",
                gate,
                replacing: .version(parent.version)
            )
        }
        if let other = live.first?.name, !live.contains(where: { $0.name == model.name }) {
            logger.notice(
                "\(model.name) \(model.version) waits in staging for `giddyup models promote`: \(other) is live"
            )
        }
        if let mlflow { await copy(model, to: mlflow) }
        return model
    }

    /// Promotes a model if it passes the leak audit and the gate. Otherwise it stays in staging.
    ///
    /// A first model of another name is not promoted: both names would stake on the same races.
    private func promote(
        _ model: RegisteredModel,
        _ bundle: ModelBundle,
        _ features: FeatureSet,
        from start: CalendarDay,
        why: String,
        _ gate: RefitGate? = nil,
        replacing replaced: ModelRegistry.Replaced
    ) async throws -> RegisteredModel {
        let last = bundle.trainedThrough
        let audit: LeakAuditPair
        do {
            audit = try await CachedLeakAudit.run(
                try await FormBookReader.read(pool, before: last.advanced(by: 1)).book,
                features,
                from: start,
                through: last,
                pool
            ) { stage, share in
                try? await progress.report(stage, share)
            }
        } catch let error as ModelingError {
            logger.warning("\(model.name) \(model.version) is not promoted: \(error)")
            return model
        }
        let objections = [audit.objection].compactMap(\.self) + (gate?.objections ?? [])
        guard objections.isEmpty else {
            logger.error("\(model.name) \(model.version) is not promoted: \(objections.joined(separator: "; "))")
            return model
        }
        let gateJSON = try gate.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        return try await pool.withConnection { connection in
            let reason = "\(why); the leak audit passes"
            let isPromoted = try await ModelRegistry.promote(
                model,
                by: "trainer",
                why: reason,
                gateJSON: gateJSON,
                replacing: replaced,
                connection
            )
            if !isPromoted {
                logger.warning("\(model.name) \(model.version) is not promoted: another model went into production")
            }
            return try await ModelRegistry.find(name: model.name, version: model.version, connection)
        }
    }

    /// Copies the model to MLflow. A failure is only logged: Postgres has the bundle, and a later sync copies it.
    private func copy(_ model: RegisteredModel, to mlflow: MLflowSync) async {
        do {
            let uri = try await mlflow.upload(model, pool)
            logger.info("copied to MLflow as \(uri)")
        } catch {
            logger.error(
                "\(model.name) \(model.version) is registered but not in MLflow; run `giddyup models sync`: \(error)"
            )
        }
    }
}
