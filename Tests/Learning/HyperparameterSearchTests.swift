import Learning
import Modeling
import Testing

@Suite struct HyperparameterSearchTests {
    @Test func `a trial depends only on its number, and trial 0 is the standard plan`() throws {
        let standard = TrainingPlan.standard(.raceSoftmax, threads: 2)
        #expect(HyperparameterSearch.plan(0, standard) == standard)
        let plans = (1...200).map { HyperparameterSearch.plan($0, standard) }
        #expect(plans == (1...200).map { HyperparameterSearch.plan($0, standard) })
        #expect(Set(plans.map { "\($0.parameters.values)" }).count > 195)
        for plan in plans {
            let values = plan.parameters.values
            func number(_ name: String) throws -> Double {
                let text = try #require(values[name])
                return try #require(Double(text))
            }
            #expect(
                try (0.01...0.08).contains(number("learning_rate")) && (50...600).contains(number("min_data_in_leaf"))
            )
            #expect(
                try (0.15...0.6).contains(number("feature_fraction")) && (0.5...1).contains(number("bagging_fraction"))
            )
            #expect(try (1...100).contains(number("lambda_l2")) && [7, 15, 31, 63].contains(number("num_leaves")))
            #expect(plan.objective == standard.objective && plan.folds == standard.folds && plan.seed == standard.seed)
        }
    }

    @Test func `selects the lowest loss, and the earliest of equal ones`() {
        let trials = [(3, 2.1), (1, 2.0), (2, 2.0)].map {
            HyperparameterTrial(number: $0, parameters: [:], loss: $1, seconds: 1)
        }
        #expect(HyperparameterSearch.best(trials)?.number == 1 && HyperparameterSearch.best([]) == nil)
    }
}
