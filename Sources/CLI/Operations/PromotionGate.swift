import Features
import Foundation
import Learning
import Modeling
import ModelingStore
import Postgres
import Racing
import RacingStore
import Reporting
import Trainer
import WorkerRuntime

/// What a model must pass before it goes into production: the leak audit, and a comparison with the model that is
/// there. A refit of that model has seen all races, so it is judged by its forward-chained predictions.
public struct PromotionGate: Encodable, Sendable {
    public let audit: LeakAuditPair
    /// `nil` for a refit of the model in production.
    public let gate: ChallengerGate?
    /// `nil` unless the model is a refit of the one in production.
    public let refit: RefitGate?

    public var objections: [String] {
        [audit.objection].compactMap(\.self) + (gate?.objections ?? []) + (refit?.objections ?? [])
    }

    /// - Parameter windowTo: the last day to compare on; `nil` for the last day with results.
    public init(_ model: RegisteredModel, windowTo: CalendarDay?, _ context: CommandContext) async throws {
        let candidates = try await Candidates(model, context.retryingPool)
        let challenger = candidates.challenger
        let last = windowTo ?? candidates.lastDay ?? challenger.trainedThrough
        let first = candidates.trainedThrough.advanced(by: 1)
        let end = max(last, challenger.trainedThrough).advanced(by: 1)
        let formBook = try await FormBookReader.read(context.retryingPool, before: end).book
        guard let start = formBook.firstTrainingDay(from: nil, through: challenger.trainedThrough) else {
            throw CommandError("there is no result up to \(challenger.trainedThrough)")
        }
        let bar = ProgressBar("gate")
        audit = try await CachedLeakAudit.run(
            formBook,
            challenger.featureSet(),
            from: start,
            through: challenger.trainedThrough,
            context.retryingPool
        ) { stage, share in
            bar.update(0.8 * share, stage)
        }
        refit = candidates.champion.flatMap { RefitGate(challenger, parent: $0) }
        guard refit == nil else {
            gate = nil
            bar.finish(objections.isEmpty ? "passed" : "not passed")
            return
        }
        let odds = try await context.retryingPool.withConnection { connection in
            try await MarketHistoryReader.read(leads: [0], from: first, through: last, connection)
        }
        bar.update(0.9, "comparison")
        gate = try await runOnThread { isCancelled in
            func window(_ bundle: ModelBundle) throws -> TrainingSet {
                guard !formBook.raceNumbers(from: first, through: last).isEmpty else { return .empty }
                return try TrainingSet(
                    formBook,
                    bundle.featureSet(),
                    from: first,
                    through: last,
                    prices: odds,
                    isCancelled: isCancelled
                )
            }
            return try ChallengerGate(
                challenger: (challenger, try window(challenger)),
                champion: try candidates.champion.map { ($0, try window($0)) },
                from: first,
                through: last
            )
        }
        bar.finish(objections.isEmpty ? "passed" : "not passed")
    }

    /// The model to promote, the one in production, and the last day with results.
    private struct Candidates: Sendable {
        let challenger: ModelBundle
        let champion: ModelBundle?
        let lastDay: CalendarDay?

        /// The last day that either model was trained on.
        var trainedThrough: CalendarDay {
            max(challenger.trainedThrough, champion?.trainedThrough ?? challenger.trainedThrough)
        }

        init(_ model: RegisteredModel, _ pool: PostgresPool) async throws {
            (challenger, champion, lastDay) = try await pool.withConnection { connection in
                let champion = try await ModelRegistry.list(connection).first {
                    $0.name == model.name && $0.stage == .production
                }
                return (
                    try await ModelRegistry.bundle(modelID: model.modelID, connection),
                    try await Self.bundle(of: champion, connection),
                    try await FormBookReader.lastDay(connection)
                )
            }
        }

        /// `nil` if there is no model, or it has no bundle.
        private static func bundle(
            of model: RegisteredModel?,
            _ connection: PostgresConnection
        ) async throws -> ModelBundle? {
            guard let model, model.artifactURI?.hasPrefix("postgres:") == true else { return nil }
            return try await ModelRegistry.bundle(modelID: model.modelID, connection)
        }
    }

    /// The verdict for an operator, a line for each check.
    public var lines: [String] {
        let planted = audit.planted.passes ? "NOT found" : "found"
        var lines = [
            "leak audit: with permuted results the gain is \(Figure.loss(audit.permuted.gain)) ± "
                + "\(Figure.loss(audit.permuted.gainSE)) on \(audit.permuted.races) races; planted leak \(planted)"
        ]
        if let refit { return lines + Self.lines(refit) }
        guard let gate else { return lines }
        if let comparison = gate.comparison {
            lines.append(
                "against \(comparison.champion), \(gate.from) to \(gate.through), \(comparison.races) races: log loss "
                    + "\(Figure.loss(comparison.challengerLoss)) against \(Figure.loss(comparison.championLoss)), "
                    + "better by \(Figure.loss(comparison.gain, error: comparison.gainSE))"
            )
        } else {
            lines.append("no model of this name is in production: only the audit decides")
        }
        if let closing = gate.closing {
            lines.append(
                "blend against the closing price: \(Figure.loss(closing.gain)) ± \(Figure.loss(closing.gainSE)) "
                    + "on \(closing.races) races"
            )
        }
        return lines
    }

    private static func lines(_ refit: RefitGate) -> [String] {
        var lines: [String] = []
        if let comparison = refit.comparison {
            lines.append(
                "refit of \(refit.parent): on \(comparison.races) races after its training, log loss "
                    + "\(Figure.loss(comparison.loss)) forward-chained against \(Figure.loss(comparison.parentLoss)), "
                    + "better by \(Figure.loss(comparison.gain, error: comparison.gainSE))"
            )
        }
        if let closing = refit.closing {
            lines.append(
                "blend against the closing price, forward-chained: \(Figure.loss(closing.gain)) "
                    + "on \(closing.races) races"
            )
        }
        return lines
    }
}
