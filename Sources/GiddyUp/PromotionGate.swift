import Features
import Foundation
import ModelingStore
import Modelling
import Postgres
import Racing
import RacingStore
import Workers

/// What stands between a model and production: the leak audit, and the comparison with what is there.
struct PromotionGate: Encodable {
    let audit: LeakAuditPair
    let gate: ChallengerGate

    var objections: [String] { [audit.objection].compactMap(\.self) + gate.objections }

    init(_ model: RegisteredModel, windowTo: CalendarDay?, _ connection: Connection) async throws {
        let (challenger, champion, lastDay) = try await connection.pool.withConnection { database in
            let champion = try await ModelRegistry.list(database).first { $0.name == model.name && $0.stage == "production" }
            return (
                try await ModelRegistry.bundle(modelID: model.modelID, database),
                try await Self.bundle(of: champion, database), try await FormBookReader.lastDay(database)
            )
        }
        let last = windowTo ?? lastDay ?? challenger.trainedThrough
        let first = max(challenger.trainedThrough, champion?.trainedThrough ?? challenger.trainedThrough).advanced(by: 1)
        let book = try await FormBookReader.read(connection.pool, before: max(last, challenger.trainedThrough).advanced(by: 1)).book
        guard let start = book.firstTrainingDay(from: nil, through: challenger.trainedThrough) else {
            throw CommandError("there is no result up to \(challenger.trainedThrough)")
        }
        let bar = ProgressBar("gate")
        audit = try await LeakAuditing.audit(book, .ability1, from: start, through: challenger.trainedThrough, connection.pool) { stage, share in
            bar.update(0.8 * share, stage)
        }
        let odds = try await connection.pool.withConnection { try await MarketHistoryReader.read(leads: [0], from: first, through: last, $0) }
        gate = try await onOwnThread { isCancelled, progress in
            progress("comparison", 0.9)
            guard !book.raceNumbers(from: first, through: last).isEmpty else {
                return try ChallengerGate(challenger: challenger, champion: champion, window: .empty, from: first, through: last)
            }
            let window = try TrainingSet(book, .ability1, from: first, through: last, prices: odds, isCancelled: isCancelled)
            return try ChallengerGate(challenger: challenger, champion: champion, window: window, from: first, through: last)
        } report: { stage, share in
            bar.update(share, stage)
        }
        bar.finish(objections.isEmpty ? "passed" : "not passed")
    }

    private static func bundle(of model: RegisteredModel?, _ database: PostgresConnection) async throws -> ModelBundle? {
        guard let model, model.artifactURI?.hasPrefix("postgres:") == true else { return nil }
        return try await ModelRegistry.bundle(modelID: model.modelID, database)
    }

    var lines: [String] {
        func number(_ value: Double) -> String { String(format: "%.4f", value) }
        var lines = [
            "leak audit: with results permuted gain \(number(audit.permuted.gain)) ± \(number(audit.permuted.gainSE)) on \(audit.permuted.races) races; planted leak \(audit.planted.passes ? "NOT found" : "found")"
        ]
        if let comparison = gate.comparison {
            lines.append(
                "against \(comparison.champion), \(gate.from) to \(gate.through), \(comparison.races) races: log loss \(number(comparison.challengerLoss)) for \(number(comparison.championLoss)), better by \(number(comparison.gain)) ± \(number(comparison.gainSE))"
            )
        } else {
            lines.append("nothing of this name is in production: only the audit decides")
        }
        if let closing = gate.closing {
            lines.append("blend against the closing price: \(number(closing.gain)) ± \(number(closing.gainSE)) on \(closing.races) races")
        }
        return lines
    }
}
