import Betting
import Messages
import Scorer
import SeededScoring
import Testing

@Suite(.timeLimit(.minutes(20))) struct RaceScorerTests {
    /// A redelivered race must give the same bytes, however many cores the machine has.
    @Test func `explains a race in parallel as it does on one core`() async throws {
        let scorer = try RaceScorer(SeededRace.bundle(trees: 20, leaves: 31), policy: StakingPolicy())
        var race = SeededRace.features(runners: 9)
        let silent = try await scorer.scoreInParallel(race, model: SeededRace.model)
        #expect(try silent == scorer.score(race, model: SeededRace.model))
        race.request.explain = true
        let explained = try await scorer.scoreInParallel(race, model: SeededRace.model)
        #expect(try explained == scorer.score(race, model: SeededRace.model))
        #expect(explained != silent && explained.signals.count == 9)
    }
}
