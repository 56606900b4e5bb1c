import ModelingStore
import Testing

@Suite struct DatasetPartStoreTests {
    @Test func `keeps the outcome built when a redelivered request finds its part unchanged`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection in
                for outcome in [DatasetPartOutcome.failed, .built, .unchanged] {
                    try await DatasetPartStore.upsertOutcome(
                        requestID: "r",
                        part: "2024-07",
                        outcome: outcome,
                        error: outcome == .failed ? "disk" : nil,
                        connection
                    )
                }
                let outcomes = try await DatasetPartStore.readOutcomes(requestID: "r", connection)
                #expect(
                    outcomes.count == 1 && outcomes["2024-07"]?.outcome == .built && outcomes["2024-07"]?.error == nil
                )
            }
        }
    }
}
