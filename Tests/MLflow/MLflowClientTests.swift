import MLflow
import Testing

@Suite struct MLflowClientTests {
    @Test(arguments: ["", "127.0.0.1:5000", "ftp://host", "http://"])
    func `rejects an invalid tracking URI`(_ trackingURI: String) {
        let error = #expect(throws: MLflowError.self) { try MLflowClient(trackingURI: trackingURI) }
        #expect(error?.code == "ADDRESS" && error?.description.contains("MLFLOW_TRACKING_URI") == true)
    }

    @Test func `an unreachable server is a retriable error that names its address`() async throws {
        let client = try MLflowClient(trackingURI: "http://127.0.0.1:1", timeout: 2)
        let error = await #expect(throws: MLflowError.self) { try await client.findOrCreateExperiment("x") }
        #expect(
            error?.code == "UNREACHABLE" && error?.isRetriable == true
                && error?.request.contains("http://127.0.0.1:1") == true
        )
    }
}
