import ChildProcesses
import Foundation
import Learning
import LightGBM
import ModelingStore
import Postgres
import Servers
import Testing

/// A fleet and the MLflow server that it uploads to.
struct MLflowScenario {
    let fleet: TestFleet
    let trackingURI: String

    private static let races = 3
    private static let runnersPerRace = 8

    /// Predicts rows that no model was trained on, with missing values, in Swift and in Python.
    ///
    /// - Parameters:
    ///   - version: the version of `hrd_win_prob` that Swift reads from Postgres.
    ///   - model: the `models:/` URI that Python loads.
    func expectSamePredictions(version: String, model: String) async throws {
        let bundle = try await fleet.pool.withConnection { connection in
            try await ModelRegistry.bundle(
                modelID: ModelRegistry.find(name: "hrd_win_prob", version: version, connection).modelID,
                connection
            )
        }
        let width = bundle.featureNames.count
        let rows = (0..<Self.races * Self.runnersPerRace).map { row in
            (0..<width).map { column -> Float in
                let index = row * width + column
                return index % 7 == 0 ? .nan : Float((index &* 2_654_435_761) % 1000) / 100
            }
        }
        let predictor = try Predictor(bundle)
        var expected: [Double] = []
        for race in 0..<Self.races {
            let field = rows[race * Self.runnersPerRace..<(race + 1) * Self.runnersPerRace]
            expected += try predictor.race(LightGBMMatrix(field.flatMap(\.self), columns: width))
        }
        let actual = try await predictInPython(names: bundle.featureNames, rows: rows, model: model)
        #expect(actual.probabilities.count == expected.count)
        for (python, swift) in zip(actual.probabilities, expected) {
            #expect(abs(python - swift) < 1e-12, "\(model)")
        }
        #expect(actual.metrics > 5 && actual.params > 10 && actual.inputs == 1 && actual.status == "FINISHED")
    }

    /// Python's predictions, and the records of the model's run.
    private struct Prediction: Decodable {
        let probabilities: [Double]
        let metrics, params, inputs: Int
        let status: String
    }

    private func predictInPython(names: [String], rows: [[Float]], model: String) async throws -> Prediction {
        let input = "\(fleet.folder)/rows-\(UUID().uuidString).json"
        let values = rows.map { row in row.map { value -> Any in value.isNaN ? NSNull() : Double(value) } }
        let races = rows.indices.map { $0 / Self.runnersPerRace }
        let table: [String: Any] = ["names": names, "rows": values, "races": races]
        try JSONSerialization.data(withJSONObject: table).write(to: URL(fileURLWithPath: input))
        let output = input + ".out"
        let process = try ChildProcess(
            MLflowServer.program,
            ["-c", Self.script, trackingURI, model, input],
            environment: ProcessInfo.processInfo.environment,
            output: output
        )
        await process.wait()
        let printed = try String(contentsOfFile: output, encoding: .utf8)
        let line = try #require(
            printed.split(separator: "\n").first { $0.hasPrefix("RESULT") },
            "\(printed.suffix(1500))"
        )
        return try JSONDecoder().decode(Prediction.self, from: Data(line.dropFirst(6).utf8))
    }

    private static let script = """
        import json, sys, os, warnings, logging
        warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
        os.environ["MLFLOW_TRACKING_URI"] = sys.argv[1]
        import mlflow, pandas as pd
        table = json.load(open(sys.argv[3]))
        frame = pd.DataFrame(table["rows"], columns=table["names"]).astype("float32")
        frame["race_id"] = table["races"]
        model = mlflow.pyfunc.load_model(sys.argv[2])
        run = mlflow.get_run(model.metadata.run_id)
        print("RESULT" + json.dumps({
            "probabilities": model.predict(frame).tolist(), "metrics": len(run.data.metrics),
            "params": len(run.data.params), "inputs": len(run.inputs.dataset_inputs), "status": run.info.status}))
        """
}
