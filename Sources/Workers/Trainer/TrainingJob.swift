import Features
import Foundation
import Learning
import Logging
import Messages
import ModelArtifacts
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingStore
import WorkerRuntime

/// One training request: reads the data, trains, and registers the model.
struct TrainingJob: Sendable {
    private let request: TrainingRequest
    private let pool: PostgresPool
    private let root: String?
    private let mlflow: MLflowSync?
    private let progress: TrainingProgress
    private let logger: Logger

    /// Seconds before the off at which the blend is fitted, if the data has prices.
    private static let blendLeads = [0, 600, 3600, 14_400]

    init(
        _ request: TrainingRequest,
        _ pool: PostgresPool,
        root: String?,
        mlflow: MLflowSync?,
        progress: TrainingProgress,
        logger: Logger
    ) {
        self.request = request
        self.pool = pool
        self.root = root
        self.mlflow = mlflow
        self.progress = progress
        self.logger = logger
    }

    private var last: CalendarDay { CalendarDay(request.toDay) }

    /// - Returns: the announcement of the registered model.
    func run() async throws -> ModelVersion {
        let parent = try await readParent()
        let features = try featureSet(parent)
        let (bundle, start) = try await train(features, parent)
        // Throws if another trainer has taken the request up: its model is the one to register.
        try await progress.report("registering", 1)
        let registration = ModelRegistration(pool, mlflow: mlflow, progress: progress, logger: logger)
        let model = try await registration.register(
            bundle,
            features,
            from: start,
            refitting: request.promote ? parent : nil
        )
        try await progress.reportDone(modelID: model.modelID)
        return try ModelVersion(model, bundle)
    }

    /// The trained model, and its first day. The rows are released when this returns: the leak audit builds
    /// its own.
    private func train(_ features: FeatureSet, _ parent: ModelBundle?) async throws -> (ModelBundle, CalendarDay) {
        let data = try await readData(features, parent)
        let plan = try await chosenPlan(for: data, parent)
        var bundle = try await runOnThread { isCancelled, progress in
            let trainer = ModelTrainer(plan, isCancelled: isCancelled) { stage, share in
                progress(stage, 0.1 + 0.9 * share)
            }
            return try trainer.train(data.set, name: request.name, version: request.version, refitting: parent)
        } report: { stage, share in
            try? await progress.report(stage, share)
        }
        bundle.dataset = data.source
        return (bundle, data.start)
    }

    /// The model whose recipe the request repeats; `nil` if it names none.
    private func readParent() async throws -> ModelBundle? {
        guard !request.refitOf.isEmpty else { return nil }
        let parent = try await pool.withConnection { connection in
            let model = try await ModelRegistry.find(name: request.name, version: request.refitOf, connection)
            return try await ModelRegistry.bundle(modelID: model.modelID, connection)
        }
        guard parent.trainedThrough < last else {
            throw ModelingError(
                "\(parent.name) \(parent.version) was trained on races up to \(parent.trainedThrough): a refit needs "
                    + "later ones"
            )
        }
        return parent
    }

    /// The feature set of the parent, or the one that the request names: set 1 if it was written before requests named
    /// one.
    private func featureSet(_ parent: ModelBundle?) throws(ModelingError) -> FeatureSet {
        if let parent { return try parent.featureSet() }
        guard let set = FeatureSet.all[max(1, Int(request.featureSet))] else {
            throw ModelingError(
                "there is no feature set \(request.featureSet): is this trainer older than the request?"
            )
        }
        return set
    }

    /// The rows to learn from.
    private struct TrainingData: Sendable {
        let set: TrainingSet
        /// Identifies the exact data that the rows were built from.
        let source: String
        let start: CalendarDay
    }

    /// Reads the parts of the data set that the request names, or builds the rows from racing.*. Both give the same
    /// rows.
    private func readData(_ features: FeatureSet, _ parent: ModelBundle?) async throws -> TrainingData {
        let prices = try await pool.withConnection { connection in
            try await MarketHistoryReader.read(
                leads: Self.blendLeads,
                from: CalendarDay(0),
                through: last,
                connection
            )
        }
        let first = request.hasFromDay ? CalendarDay(request.fromDay) : parent?.trainedFrom
        if request.dataset.isEmpty { return try await buildRows(features, from: first, prices) }
        guard let root else {
            throw ModelingError(
                "the request names data set \(request.dataset), but ARTIFACT_ROOT is not set for this trainer"
            )
        }
        let parts = try await TrainingParts.read(
            dataset: request.dataset,
            root: root,
            features,
            from: first,
            through: last,
            prices: prices,
            pool
        )
        return TrainingData(set: parts.set, source: parts.source, start: parts.start)
    }

    private func buildRows(
        _ features: FeatureSet,
        from first: CalendarDay?,
        _ prices: [MarketMoment: [Int64: Double]]
    ) async throws -> TrainingData {
        let formBook = try await readFormBook()
        guard let start = formBook.firstTrainingDay(from: first, through: last) else {
            throw ModelingError("there is no result up to \(last): import results first")
        }
        try await progress.report("features", 0)
        let set = try await runOnThread { [last] isCancelled, progress in
            try TrainingSet(
                formBook,
                features,
                from: start,
                through: last,
                prices: prices,
                isCancelled: isCancelled
            ) { done, all in
                progress("features", 0.1 * Double(done) / Double(max(all, 1)))
            }
        } report: { stage, share in
            try? await progress.report(stage, share)
        }
        let source = "racing \(formBook.sourceDigest(before: last.advanced(by: 1)))"
        return TrainingData(set: set, source: source, start: start)
    }

    private func readFormBook() async throws -> FormBook {
        let (formBook, skipped) = try await FormBookReader.read(pool, before: last.advanced(by: 1))
        for fault in skipped { logger.warning("left out of the form book: \(fault)") }
        return formBook
    }

    private func chosenPlan(for data: TrainingData, _ parent: ModelBundle?) async throws -> TrainingPlan {
        let threads = ProcessInfo.processInfo.activeProcessorCount
        if let parent { return TrainingPlan(repeating: parent, threads: threads) }
        let standard = TrainingPlan.standard(
            Objective(rawValue: request.objective) ?? .binary,
            threads: threads,
            fast: request.fast
        )
        guard request.trials > 0 else { return standard }
        let speed = request.fast ? " fast" : ""
        let study = "forward \(request.objective)\(speed) \(data.set.featureSetHash) \(data.source) from \(data.start)"
        return try await search(study: study, standard, data.set)
    }

    /// Searches hyper-parameters and returns the best plan. Trials that ran before a restart are not repeated.
    private func search(study: String, _ standard: TrainingPlan, _ set: TrainingSet) async throws -> TrainingPlan {
        var trials = try await pool.withConnection { try await TrialStore.read(study: study, $0) }
        let count = Int(request.trials)
        for number in 0..<count where !trials.contains(where: { $0.number == number }) {
            let best = HyperparameterSearch.best(trials).map {
                ", best \(String(format: "%.4f", $0.loss)) by trial \($0.number)"
            }
            let stage = "trial \(number + 1) of \(count)\(best ?? "")"
            try await progress.report(stage, 0.1 * Double(number) / Double(count))
            let trial = try await runOnThread { isCancelled in
                try HyperparameterSearch.run(number, standard, set, isCancelled: isCancelled)
            }
            try await pool.withConnection { try await TrialStore.insert(trial, study: study, $0) }
            trials.append(trial)
        }
        guard let best = HyperparameterSearch.best(trials.filter { $0.number < count }) else { return standard }
        logger.info(
            "search finished",
            metadata: ["trials": "\(count)", "best": "\(best.number)", "loss": "\(best.loss)"]
        )
        return HyperparameterSearch.plan(best.number, standard)
    }
}

extension ModelVersion {
    /// The announcement of a registered model.
    fileprivate init(_ model: RegisteredModel, _ bundle: ModelBundle) throws {
        self.init()
        name = model.name
        version = model.version
        modelID = model.modelID
        stage = model.stage.rawValue
        sha256 = ModelBundle.sha256(try bundle.bytes())
        featureSetHash = bundle.featureSetHash
    }
}
