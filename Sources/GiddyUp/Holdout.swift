import Features
import Modelling
import Postgres
import Racing
import RacingStore

/// The model alone on races after its training, without the fleet.
struct Holdout: Codable, Sendable {
    let races: Int
    let logLoss: Double
    let uniform: Double
    let pseudoR2: Double

    init(_ bundle: ModelBundle, from first: CalendarDay, through last: CalendarDay, _ connection: Connection) async throws {
        guard first > bundle.trainedThrough else {
            throw CommandError("the model was trained through \(bundle.trainedThrough): a holdout must begin later")
        }
        let book = try await FormBookReader.read(connection.pool, before: last.advanced(by: 1)).book
        let set = try TrainingSet(book, .ability1, from: first, through: last)
        let single = set.taking(set.races.indices.filter { index in set.races[index].rows.count { set.positions[$0] == 1 } == 1 })
        let predictor = try Predictor(bundle)
        var probabilities: [Double] = []
        for race in single.races { probabilities += try predictor.race(single.matrix.rows(at: Array(race.rows))) }
        let shares = single.winShares
        races = single.races.count
        logLoss = RaceMetrics.mean(RaceMetrics.losses(probabilities, shares, single.races))
        uniform = RaceMetrics.mean(RaceMetrics.losses(normalised(shares.map { _ in 1 }, single.races), shares, single.races))
        pseudoR2 = RaceMetrics.pseudoR2(logLoss, uniform: uniform)
    }
}
