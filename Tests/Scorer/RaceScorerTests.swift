import Betting
import Learning
import LightGBM
import Messages
import Scorer
import SeededScoring
import Testing

@Suite(.timeLimit(.minutes(20))) struct RaceScorerTests {
    @Test func `explains every runner if asked`() async throws {
        let scorer = try RaceScorer(SeededRace.bundle(trees: 20, leaves: 31), policy: StakingPolicy())
        var race = SeededRace.features(runners: 18)
        let silent = try scorer.score(race, model: SeededRace.model)
        race.request.explain = true
        let explained = try scorer.score(race, model: SeededRace.model)
        #expect(explained.signals.count == 18)
        for (one, other) in zip(silent.signals, explained.signals) { #expect(one.reasonsJson != other.reasonsJson) }
        #expect(try await explained == scorer.scoreInTurn(race, model: SeededRace.model))
    }

    /// Scoring a race again must give the same bytes, whichever of its runners are explained.
    @Test func `a runner is explained alike alone and among others`() throws {
        let bundle = try SeededRace.bundle(trees: 20, leaves: 31)
        let values = SeededRace.features(runners: 18).runners.flatMap(\.features)
        let matrix = LightGBMMatrix(values, columns: bundle.featureNames.count)
        let predictor = try Predictor(bundle)
        let all = try predictor.contributions(to: Array(0..<18), of: matrix)
        #expect(Set(all).count == 18)
        for rows in [[0], [17], [16, 3, 5], Array(1..<18)] {
            #expect(try predictor.contributions(to: rows, of: matrix) == rows.map { all[$0] })
        }
    }
}
