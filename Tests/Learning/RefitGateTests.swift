import Foundation
import Learning
import Modeling
import Testing

@Suite struct RefitGateTests {
    private func bundle(_ version: String, refit: Refit? = nil) throws -> ModelBundle {
        let json = """
            {"name":"hrd","version":"\(version)","objective":"race_softmax",
            "featureSetVersion":1,"featureSetHash":"set","featureNames":["a"],
            "calibration":{"x":[0.1],"y":[0.1]},"blends":[],"placeExponents":[0.8,0.6,0.5],
            "trainedFrom":{"number":1},"trainedThrough":{"number":2},
            "races":1,"rows":2,"parameters":{"learning_rate":"0.03"},"recipe":{"rounds":3000},
            "metrics":{},"libraries":{},"models":["tree"]}
            """
        var bundle = try ModelBundle(bytes: Array(json.utf8))
        bundle.refit = refit
        return bundle
    }

    /// A comparison on 200 races whose gains are `gain` plus or minus 0.1.
    private func refit(gain: Double, races: Int = 200, closing: Refit.Closing? = .init(races: 500, gain: 0)) -> Refit {
        let parent = (0..<races).map { 2 + ($0.isMultiple(of: 2) ? 0.1 : -0.1) + gain }
        let comparison = Refit.Comparison([Double](repeating: 2, count: races), parent: parent)
        return Refit(parent: "1", comparison: comparison, closing: closing)
    }

    private func objections(_ refit: Refit, _ change: (inout ModelBundle) -> Void = { _ in }) throws -> [String] {
        var model = try bundle("2", refit: refit)
        change(&model)
        return try #require(RefitGate(model, parent: bundle("1"))).objections
    }

    @Test func `a refit may lose no more than two standard errors`() throws {
        // The standard error is 0.1 / sqrt(199).
        #expect(try objections(refit(gain: 0.001)).isEmpty)
        #expect(try objections(refit(gain: -0.0141)).isEmpty)
        let worse = try objections(refit(gain: -0.0143))
        #expect(worse.count == 1 && worse[0].contains("more than two standard errors"), "\(worse)")
    }

    @Test func `it needs enough later races, and closing prices that show an implausible gain`() throws {
        #expect(try objections(refit(gain: 0, races: 99)).first?.contains("only 99 races") == true)
        #expect(try objections(refit(gain: 0, closing: nil)).first?.contains("a person must decide") == true)
        let leak = Refit.Closing(races: 500, gain: 0.021)
        #expect(try objections(refit(gain: 0, closing: leak)).first?.contains("suggests a leak") == true)
    }

    @Test func `another recipe is no refit`() throws {
        let fine = refit(gain: 0)
        for change: (inout ModelBundle) -> Void in [
            { $0.parameters["learning_rate"] = "0.05" }, { $0.recipe?["rounds"] = 400 }, { $0.objective = .binary },
            { $0.featureSetHash = "other" },
        ] {
            #expect(try objections(fine, change).first?.contains("recipe") == true)
        }
        #expect(RefitGate(try bundle("2"), parent: try bundle("1")) == nil)
        #expect(RefitGate(try bundle("3", refit: fine), parent: try bundle("2")) == nil, "another parent")
    }

    @Test func `a plan repeats what the bundle records`() throws {
        let plan = TrainingPlan(repeating: try bundle("1"), threads: 2)
        #expect(plan.objective == .raceSoftmax && plan.rounds == 3000 && plan.folds == 5)
        #expect(plan.parameters.values == ["learning_rate": "0.03", "num_threads": "2"])
    }
}
