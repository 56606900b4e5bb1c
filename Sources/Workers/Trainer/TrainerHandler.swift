import Datasets
import Features
import Fleet
import Foundation
import Kafka
import LightGBM
import Logging
import Messages
import ModelingStore
import Modelling
import Postgres
import Racing
import RacingStore

/// training.requests to a registered model.
public struct TrainerHandler: Handler {
    private let pool: PostgresPool
    private let topicPrefix: String
    private let logger: Logger
    private let mlflow: MLflowSync?
    private let root: String?

    /// Seconds before the off at which the blend is fitted, where the data has prices.
    private static let leads = [0, 600, 3600, 14_400]

    /// - Parameters:
    ///   - root: `ARTIFACT_ROOT`, where the parts of data sets are; nil: only requests without a data set can be served.
    ///   - mlflow: nil: models are kept in Postgres alone.
    public init(_ pool: PostgresPool, topicPrefix: String, root: String? = nil, mlflow: MLflowSync? = nil, logger: Logger) {
        self.mlflow = mlflow
        self.root = root
        self.pool = pool
        self.topicPrefix = topicPrefix
        self.logger = logger
    }

    public func decode(_ message: KafkaMessage) throws(ContractError) -> TrainingRequest {
        let request = try TrainingRequest.read(message)
        guard !request.requestID.isEmpty, !request.name.isEmpty, !request.version.isEmpty else {
            throw ContractError("the training request has no id, name or version")
        }
        guard Objective(rawValue: request.objective) != nil else {
            throw ContractError("objective \"\(request.objective)\": \(Objective.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        guard request.dataset.isEmpty || DatasetName.isValid(request.dataset) else {
            throw ContractError("\"\(request.dataset)\" is no name of a data set: \(DatasetName.rule)")
        }
        return request
    }

    public func handle(_ batch: [TrainingRequest]) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for request in batch {
            do { outcomes.append(.done([try await train(request)])) } catch {
                if classify(error) == .contract {
                    try await report(request, "failed", 1, error: "\(error)")
                }
                outcomes.append(.failed(error))
            }
        }
        return outcomes
    }

    public func classify(_ error: any Error) -> ErrorClass {
        switch error {
        // the data or the request, not the machine: trying again gives the same
        case is ModellingError, is LightGBMError, is StoreError, is RacingError: .contract
        default: .standard(error)
        }
    }

    private func train(_ request: TrainingRequest) async throws -> KafkaRecord {
        try await report(request, "reading", 0)
        let last = CalendarDay(request.toDay)
        let prices = try await pool.withConnection { connection in
            try await MarketHistoryReader.read(leads: Self.leads, from: CalendarDay(0), through: last, connection)
        }
        let (set, source, start) = try await trainingSet(request, through: last, prices)
        let plan = TrainingPlan.standard(
            Objective(rawValue: request.objective) ?? .binary, threads: ProcessInfo.processInfo.activeProcessorCount, fast: request.fast)
        let chosen = request.trials > 0 ? try await search(request, plan, set, "\(source) from \(start)") : plan
        var bundle = try await onOwnThread { isCancelled, progress in
            let trainer = ModelTrainer(chosen, isCancelled: isCancelled) { stage, share in progress(stage, 0.1 + 0.9 * share) }
            return try trainer.train(set, name: request.name, version: request.version)
        } report: { stage, share in
            try? await self.report(request, stage, share)
        }
        bundle.dataset = source
        return try await register(bundle, request, from: start, through: last)
    }

    /// What is to be learnt from: the parts of a data set where the request names one, else racing.* itself. Both give the same rows.
    private func trainingSet(
        _ request: TrainingRequest, through last: CalendarDay, _ prices: [Int: [Int64: Double]]
    ) async throws -> (TrainingSet, source: String, start: CalendarDay) {
        let first = request.hasFromDay ? CalendarDay(request.fromDay) : nil
        if !request.dataset.isEmpty {
            guard let root else { throw ModellingError("the request names data set \(request.dataset), and this trainer has no ARTIFACT_ROOT") }
            let parts = try await TrainingParts.read(
                dataset: request.dataset, root: root, .ability1, from: first, through: last, prices: prices, pool)
            return (parts.set, parts.source, parts.start)
        }
        let book = try await book(through: last)
        guard let start = book.firstTrainingDay(from: first, through: last) else {
            throw ModellingError("there is no result up to \(last): import results first")
        }
        try await report(request, "features", 0)
        let set = try await onOwnThread { isCancelled, progress in
            try TrainingSet(book, .ability1, from: start, through: last, prices: prices, isCancelled: isCancelled) { done, all in
                progress("features", 0.1 * Double(done) / Double(max(all, 1)))
            }
        } report: { stage, share in
            try? await self.report(request, stage, share)
        }
        return (set, "racing \(book.sourceDigest(before: last.advanced(by: 1)))", start)
    }

    private func book(through last: CalendarDay) async throws -> FormBook {
        let (book, skipped) = try await FormBookReader.read(pool, before: last.advanced(by: 1))
        for fault in skipped { logger.warning("left out of the form book: \(fault)") }
        return book
    }

    private func register(
        _ bundle: ModelBundle, _ request: TrainingRequest, from start: CalendarDay, through last: CalendarDay
    ) async throws -> KafkaRecord {
        let metrics = String(decoding: try JSONEncoder().encode(bundle.metrics), as: UTF8.self)
        let registered = try await pool.withConnection { connection in
            let model = try await ModelRegistry.register(bundle, metricsJSON: metrics, connection)
            let isFirst = try await ModelRegistry.list(connection).filter { $0.name == request.name && $0.stage == "production" }.isEmpty
            return (model, isFirst)
        }
        var model = registered.0
        if registered.1 { model = try await promoteFirst(model, request, try await book(through: last), from: start, through: last) }
        if let mlflow {
            // Postgres has the bundle: what MLflow lacks is brought later
            do {
                let uri = try await mlflow.upload(model, pool)
                logger.info("in MLflow as \(uri)")
            } catch {
                logger.error("\(model.name) \(model.version) is registered and not in MLflow; `giddyup models sync` brings it there: \(error)")
            }
        }
        try await report(request, "done", 1, modelID: model.modelID)
        var version = ModelVersion()
        (version.name, version.version, version.modelID, version.stage) = (model.name, model.version, model.modelID, model.stage)
        version.sha256 = ModelBundle.sha256(try bundle.bytes())
        version.featureSetHash = bundle.featureSetHash
        return try version.record(prefix: topicPrefix)
    }

    /// Tries sets of hyper-parameters, those that were tried before a restart not again, and takes the best.
    private func search(
        _ request: TrainingRequest, _ standard: TrainingPlan, _ set: TrainingSet, _ source: String
    ) async throws -> TrainingPlan {
        let study = "\(request.objective)\(request.fast ? " fast" : "") \(set.featureSetHash) \(source)"
        var trials = try await pool.withConnection { try await TrialStore.read(study: study, $0) }
        let count = Int(request.trials)
        for number in 0..<count where !trials.contains(where: { $0.number == number }) {
            let best = HyperparameterSearch.best(trials).map { ", best \(String(format: "%.4f", $0.loss)) by trial \($0.number)" } ?? ""
            try await report(request, "trial \(number + 1) of \(count)\(best)", 0.1 * Double(number) / Double(count))
            let trial = try await onOwnThread { isCancelled, _ in
                try HyperparameterSearch.run(number, standard, set, isCancelled: isCancelled)
            } report: { _, _ in
            }
            try await pool.withConnection { try await TrialStore.enter(trial, study: study, $0) }
            trials.append(trial)
        }
        guard let best = HyperparameterSearch.best(trials.filter { $0.number < count }) else { return standard }
        logger.info("search done", metadata: ["trials": "\(count)", "best": "\(best.number)", "loss": "\(best.loss)"])
        return HyperparameterSearch.plan(best.number, standard)
    }

    /// The first model of a name needs only the leak audit; one that fails it waits in staging for a person.
    private func promoteFirst(
        _ model: RegisteredModel, _ request: TrainingRequest, _ book: FormBook, from first: CalendarDay, through last: CalendarDay
    ) async throws -> RegisteredModel {
        let audit: LeakAuditPair
        do {
            audit = try await LeakAuditing.audit(book, .ability1, from: first, through: last, pool) { stage, share in
                try? await self.report(request, stage, share)
            }
        } catch let error as ModellingError {
            logger.warning("\(model.name) \(model.version) is not promoted: \(error)")
            return model
        }
        if let objection = audit.objection {
            logger.error("\(model.name) \(model.version) is not promoted: \(objection)")
            return model
        }
        return try await pool.withConnection { connection in
            try await ModelRegistry.promote(model, by: "trainer", why: "the first model of its name; the leak audit passes", connection)
            return try await ModelRegistry.find(name: model.name, version: model.version, connection)
        }
    }

    private func report(_ request: TrainingRequest, _ stage: String, _ progress: Double, error: String? = nil, modelID: Int64? = nil) async throws {
        try await pool.withConnection { connection in
            try await TrainingRuns.report(
                requestID: request.requestID, name: request.name, version: request.version, stage: stage, progress: progress, error: error,
                modelID: modelID,
                connection)
        }
    }
}
