import Features
import Learning
import Modeling
import Postgres
import Racing
import RacingStore

/// A model alone on races after its training, scored without the fleet.
public struct Holdout: Codable, Sendable {
    public let races: Int
    /// Nats per race.
    public let logLoss: Double
    public let uniform: Double
    public let pseudoR2: Double

    /// - Throws: `CommandError` if the window starts before the training ended.
    public init(
        _ bundle: ModelBundle,
        from first: CalendarDay,
        through last: CalendarDay,
        _ context: CommandContext
    ) async throws {
        guard first > bundle.trainedThrough else {
            throw CommandError("the model was trained through \(bundle.trainedThrough): a holdout must begin later")
        }
        let formBook = try await FormBookReader.read(context.retryingPool, before: last.advanced(by: 1)).book
        let set = try TrainingSet(formBook, bundle.featureSet(), from: first, through: last).withSingleWinners()
        let predictor = try Predictor(bundle)
        var probabilities: [Double] = []
        for race in set.races { probabilities += try predictor.race(set.matrix.rows(at: Array(race.rows))) }
        let shares = set.winShares
        races = set.races.count
        logLoss = RaceMetrics.mean(RaceMetrics.losses(probabilities, shares, set.races))
        uniform = RaceMetrics.mean(
            RaceMetrics.losses(normalised(shares.map { _ in 1 }, set.races), shares, set.races)
        )
        pseudoR2 = RaceMetrics.pseudoR2(logLoss, uniform: uniform)
    }
}
