import Learning
import LightGBM
import Modeling
import Randomness
import Seeded
import Testing

@Suite struct ModelTrainerTests {
    /// A race each day, in which the first column says something about the winner.
    private func set(count: Int, runners: Int) -> TrainingSet {
        var random = SplitMix64(seed: 9)
        var values: [Float] = []
        var positions: [Int16] = []
        for _ in 0..<count {
            let ability = (0..<runners).map { _ in Float(random.uniform()) }
            let performances = ability.map { $0 + Float(random.uniform()) }
            let order = performances.indices.sorted { performances[$0] > performances[$1] }
            var finish = [Int16](repeating: 0, count: runners)
            for (place, runner) in order.enumerated() { finish[runner] = Int16(place + 1) }
            positions += finish
            for runner in 0..<runners { values += [ability[runner], Float(random.uniform()), Float(random.uniform())] }
        }
        return TrainingSet(
            featureNames: ["a", "b", "c"],
            featureSetVersion: 1,
            featureSetHash: "",
            matrix: LightGBMMatrix(values, columns: 3),
            races: races([Int](repeating: runners, count: count)),
            positions: positions,
            odds: [:]
        )
    }

    /// Nine models: on two threads one is left that has both, on four threads one that has all.
    @Test func `the number of threads changes no model`() throws {
        let set = set(count: 700, runners: 8)
        let bundles = try [1, 2, 4].map { threads in
            var plan = TrainingPlan.standard(.raceSoftmax, threads: threads, fast: true)
            plan.rounds = 40
            return try ModelTrainer(plan).train(set, name: "m", version: "1")
        }
        #expect(bundles[0].models.count == 5 && bundles[0].metrics["forward_races"] ?? 0 > 0)
        for bundle in bundles.dropFirst() {
            #expect(bundle.models == bundles[0].models)
            #expect(bundle.metrics == bundles[0].metrics)
        }
    }
}
