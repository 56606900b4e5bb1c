import DevStack
import Foundation
import LightGBM
import ModelingStore
import Modelling
import Postgres
import Servers
import Testing

/// The real MLflow server, and what Python makes of what it holds.
@Suite(.enabled(if: MLflowServer.isThere, "no MLflow: ./setup --mlflow")) struct MLflowTests {
    @Test func pythonGetsTheProbabilitiesThatSwiftGives() async throws {
        try await TestFleet.with { fleet async throws in
            try await Servers.withDatabase { url async throws in
                // trained while MLflow is down: the bundle is kept, and comes there later
                var environment = fleet.environment
                environment["MLFLOW_TRACKING_URI"] = "http://127.0.0.1:1"
                let down = TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder)
                try await down.prepare()
                #expect(try await down.giddyup("models", "list").contains("production"))
                #expect(try await down.giddyup("models", "sync", expecting: 1).contains("UNREACHABLE"))
                try await MLflowServer.with(database: url, folder: fleet.folder + "-mlflow") { address async throws in
                    environment["MLFLOW_TRACKING_URI"] = address
                    let up = TestFleet(environment: environment, databaseURL: fleet.databaseURL, prefix: fleet.prefix, folder: fleet.folder)
                    #expect(try await up.giddyup("models", "sync").contains("models:/hrd_win_prob/1"))
                    // once more is no change; a second model follows its training by itself
                    #expect(try await up.giddyup("models", "sync").contains("models:/hrd_win_prob/1"))
                    try await up.giddyup("train", "--to", "2025-09-30", "--fast", "--objective", "binary")
                    let uris: [String?] = try await up.pool.query("SELECT mlflow_uri FROM modeling.models ORDER BY model_id").map {
                        try $0.find("mlflow_uri")
                    }
                    #expect(uris == ["models:/hrd_win_prob/1", "models:/hrd_win_prob/2"])
                    try await compare(up, address, version: "1", reference: "models:/hrd_win_prob@production")
                    try await compare(up, address, version: "2", reference: "models:/hrd_win_prob/2")
                    try await up.giddyup("models", "promote", "hrd_win_prob", "--latest", "--override", "A. Person")
                    try await compare(up, address, version: "2", reference: "models:/hrd_win_prob@production")

                    // a scorer that has MLflow and no bundle in Postgres gives the same signals
                    let days = ["--from", "2025-12-15", "--to", "2025-12-31", "--model", "hrd_win_prob@1"]
                    try await up.giddyup(["backfill"] + days)
                    let expected = try await up.checksum()
                    try await up.pool.query("TRUNCATE modeling.signals")
                    try await up.pool.query("DELETE FROM modeling.model_bundles")
                    try await up.setting(["MODEL_BUNDLES": "mlflow"]).giddyup(["backfill"] + days)
                    #expect(try await up.checksum() == expected && expected.rows > 200)
                }
            }
        }
    }

    private func compare(_ fleet: TestFleet, _ address: String, version: String, reference: String) async throws {
        let bundle = try await fleet.pool.withConnection { connection in
            try await ModelRegistry.bundle(modelID: ModelRegistry.find(name: "hrd_win_prob", version: version, connection).modelID, connection)
        }
        let predictor = try Predictor(bundle)
        let width = bundle.featureNames.count
        // rows that nobody trained on, with missing values
        let values: [Float] = (0..<24 * width).map { index in
            let number = (index &* 2_654_435_761) % 1000
            return index % 7 == 0 ? .nan : Float(number) / 100
        }
        var ours: [Double] = []
        for race in 0..<3 {
            let rows = Array(values[race * 8 * width..<(race + 1) * 8 * width])
            ours += try predictor.race(LightGBMMatrix(rows, columns: width))
        }
        let input = fleet.folder + "/rows-\(version)-\(UUID().uuidString).json"
        let rows: [[Any]] = (0..<24).map { row in
            values[row * width..<(row + 1) * width].map { value -> Any in value.isNaN ? NSNull() : Double(value) }
        }
        try JSONSerialization.data(withJSONObject: ["names": bundle.featureNames, "rows": rows]).write(to: URL(fileURLWithPath: input))
        let script = """
            import json, sys, os, warnings, logging
            warnings.filterwarnings("ignore"); logging.disable(logging.CRITICAL)
            os.environ["MLFLOW_TRACKING_URI"] = sys.argv[1]
            import mlflow, pandas as pd
            d = json.load(open(sys.argv[3]))
            frame = pd.DataFrame(d["rows"], columns=d["names"]).astype("float32"); frame["race_id"] = [i // 8 for i in range(24)]
            model = mlflow.pyfunc.load_model(sys.argv[2])
            run = mlflow.get_run(model.metadata.run_id)
            print("RESULT" + json.dumps({"p": model.predict(frame).tolist(), "metrics": len(run.data.metrics), "params": len(run.data.params), "inputs": len(run.inputs.dataset_inputs), "status": run.info.status}))
            """
        let output = input + ".out"
        let process = try ChildProcess(
            MLflowServer.program, ["-c", script, address, reference, input], environment: ProcessInfo.processInfo.environment, output: output)
        await process.wait()
        let printed = try String(contentsOfFile: output, encoding: .utf8)
        struct Read: Decodable {
            let p: [Double]
            let metrics, params, inputs: Int
            let status: String
        }
        let line = try #require(printed.split(separator: "\n").first { $0.hasPrefix("RESULT") }, "\(printed.suffix(1500))")
        let read = try JSONDecoder().decode(Read.self, from: Data(line.dropFirst(6).utf8))
        #expect(read.p.count == ours.count)
        for (a, b) in zip(read.p, ours) { #expect(abs(a - b) < 1e-12, "\(reference)") }
        #expect(read.metrics > 5 && read.params > 10 && read.inputs == 1 && read.status == "FINISHED")
    }
}
