import ModelingStore
import Testing

@Suite struct DatasetPartStoreTests {
    private func part(_ content: String) -> DatasetPartStore.Part {
        DatasetPartStore.Part(
            dataset: "d",
            part: "2024-07",
            featureSet: 1,
            featureSetHash: "h",
            definition: "f",
            source: content,
            path: content,
            sha256: content,
            bytes: 1,
            races: 1,
            rows: 1
        )
    }

    @Test func `a builder that was stopped for a while does not put an old part into the manifest`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection async throws in
                #expect(try await DatasetPartStore.upsert(part("first"), replacing: nil, connection))
                #expect(try await DatasetPartStore.upsert(part("second"), replacing: part("first"), connection))
                // It began when the first part was there, or none.
                #expect(try await !DatasetPartStore.upsert(part("old"), replacing: part("first"), connection))
                #expect(try await !DatasetPartStore.upsert(part("old"), replacing: nil, connection))
                #expect(try await DatasetPartStore.read(dataset: "d", connection) == [part("second")])
                // A redelivered request builds the same part again.
                #expect(try await DatasetPartStore.upsert(part("second"), replacing: nil, connection))
            }
        }
    }

    @Test func `a part that two builders have built at once keeps its build time, and a lost part gets a new one`()
        async throws
    {
        try await withModelingDatabase { pool async throws in
            func builtAt() async throws -> String {
                try await pool.query("SELECT built_at::text AS at FROM modeling.dataset_parts")[0].get("at")
            }
            func upsert(_ content: String, replacing previous: String?) async throws -> Bool {
                try await pool.withConnection { connection async throws in
                    try await DatasetPartStore.upsert(part(content), replacing: previous.map(part), connection)
                }
            }
            #expect(try await upsert("first", replacing: nil))
            let first = try await builtAt()
            #expect(try await upsert("second", replacing: "first"))
            let second = try await builtAt()
            #expect(second != first)
            #expect(try await upsert("second", replacing: "first"))
            #expect(try await upsert("second", replacing: nil))
            #expect(try await builtAt() == second)
            #expect(try await upsert("second", replacing: "second"))
            #expect(try await builtAt() != second)
        }
    }

    @Test func `keeps the outcome built when a redelivered request finds its part unchanged`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection async throws in
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
