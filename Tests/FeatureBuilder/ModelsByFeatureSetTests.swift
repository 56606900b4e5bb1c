import FeatureBuilder
import Features
import Messages
import Testing
import WorkerRuntime

@Suite struct ModelsByFeatureSetTests {
    private func model(_ name: String, _ hash: String) -> ModelReference {
        var model = ModelReference()
        model.name = name
        model.version = "1"
        model.featureSetHash = hash
        return model
    }

    @Test func `each set is built once, for the models that read it`() throws {
        let models = [
            model("new", FeatureSet.ability2.hash), model("old", FeatureSet.ability1.hash),
            // A model that is not registered.
            model("older", ""), model("shadow", FeatureSet.ability2.hash),
        ]
        let readings = try models.byFeatureSet().readings
        #expect(readings.map(\.set.version) == [1, 2])
        #expect(readings.map { $0.models.map(\.name) } == [["old", "older"], ["new", "shadow"]])
    }

    @Test func `a set that the builder does not have is an error that names it`() {
        let error = #expect(throws: ContractError.self) { try [model("future", "0123")].byFeatureSet() }
        #expect(error?.description.contains("0123") == true && error?.description.contains("future 1") == true)
    }

    @Test func `a shadow of an unknown set is left out with a warning, unless there is nothing else`() throws {
        var shadow = model("future", "0123")
        shadow.shadow = true
        let (readings, leftOut) = try [model("live", FeatureSet.ability1.hash), shadow].byFeatureSet()
        #expect(readings.map { $0.models.map(\.name) } == [["live"]])
        #expect(leftOut.count == 1 && leftOut[0].contains("future 1"))
        #expect(throws: ContractError.self) { try [shadow].byFeatureSet() }
    }
}
