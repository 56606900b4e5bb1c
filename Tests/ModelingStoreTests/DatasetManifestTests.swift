import ModelingStore
import Testing

@Suite struct DatasetManifestTests {
    @Test func aRequestThatIsDeliveredAgainHasStillBuiltItsPart() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection in
                for outcome in ["failed", "built", "unchanged"] {
                    try await DatasetManifest.report(
                        requestID: "r", part: "2024-07", outcome: outcome, error: outcome == "failed" ? "disk" : nil, connection)
                }
                let outcomes = try await DatasetManifest.outcomes(requestID: "r", connection)
                #expect(outcomes.count == 1 && outcomes["2024-07"]?.outcome == "built" && outcomes["2024-07"]?.error == nil)
            }
        }
    }
}
