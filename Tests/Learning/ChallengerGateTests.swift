import Learning
import LightGBM
import Modeling
import Racing
import Seeded
import Testing

@Suite struct ChallengerGateTests {
    /// Otherwise the model would read columns with another meaning as its features.
    @Test func `rejects a model trained on another feature set`() throws {
        let json = """
            {"name":"hrd","version":"7","objective":"race_softmax",
            "featureSetVersion":1,"featureSetHash":"old","featureNames":["a"],
            "calibration":{"x":[0.1],"y":[0.1]},"blends":[],"placeExponents":[0.8,0.6,0.5],
            "trainedFrom":{"number":1},"trainedThrough":{"number":2},
            "races":1,"rows":2,"parameters":{},"metrics":{},"libraries":{},"models":["tree"]}
            """
        let bundle = try ModelBundle(bytes: Array(json.utf8))
        let window = TrainingSet(
            featureNames: ["a"],
            featureSetVersion: 1,
            featureSetHash: "new",
            matrix: LightGBMMatrix([1, 2], columns: 1),
            races: races([2]),
            positions: [1, 2],
            odds: [:]
        )
        let error = #expect(throws: ModelingError.self) {
            try ChallengerGate(
                challenger: (bundle, window),
                champion: nil,
                from: CalendarDay(3),
                through: CalendarDay(4)
            )
        }
        #expect(error?.description.contains("old") == true && error?.description.contains("new") == true)
    }
}
