import Modeling
import ModelingStore
import Racing
import RacingStore

/// Judges a model's signals of a window against the results.
public enum WindowEvaluator {
    /// - Parameter beforeOff: judges the last signals at least so many seconds before the off.
    /// - Throws: `CommandError` if the model was trained on races of the window.
    public static func read(
        from first: CalendarDay,
        to last: CalendarDay,
        beforeOff: Double = 0,
        _ model: RegisteredModel,
        _ context: CommandContext
    ) async throws -> (evaluation: WindowEvaluation, races: [EvaluatedRace]) {
        try requireUntrained(model, from: first)
        let scheduled = try await context.scheduledRaces(from: first, to: last)
        let races = try await context.retryingPool.withConnection { connection in
            try await EvaluationStore.read(scheduled, modelID: model.modelID, beforeOff: beforeOff, connection)
        }
        let blends = try await context.bundle(of: model).blends
        let evaluation = WindowEvaluation(
            model: "\(model.name) \(model.version)",
            from: "\(first)",
            to: "\(last)",
            blend: blends,
            evaluation: try Evaluation(races, blends: blends, policy: try context.stakingPolicy())
        )
        return (evaluation, races)
    }

    /// - Throws: `CommandError` if the model was trained on races of the window that starts on `first`.
    public static func requireUntrained(_ model: RegisteredModel, from first: CalendarDay) throws(CommandError) {
        guard let trained = model.trainedThrough, first <= trained else { return }
        throw CommandError(
            "\(model.name) \(model.version) was trained on races up to \(trained): choose a --from after it"
        )
    }
}
