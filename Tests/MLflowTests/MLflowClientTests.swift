import MLflow
import Testing

@Suite struct MLflowClientTests {
    @Test(arguments: ["", "127.0.0.1:5000", "ftp://host", "http://"]) func whatIsNoAddressIsRefused(_ text: String) {
        let error = #expect(throws: MLflowError.self) { try MLflowClient(trackingURI: text) }
        #expect(error?.code == "ADDRESS" && error?.description.contains("MLFLOW_TRACKING_URI") == true)
    }

    @Test func aServerThatIsNotThereIsRetriableAndNamed() async throws {
        let client = try MLflowClient(trackingURI: "http://127.0.0.1:1", timeout: 2)
        let error = await #expect(throws: MLflowError.self) { try await client.experiment("x") }
        #expect(error?.code == "UNREACHABLE" && error?.isRetriable == true && error?.request.contains("http://127.0.0.1:1") == true)
    }
}
