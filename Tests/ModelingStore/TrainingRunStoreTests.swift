import ModelingStore
import Testing

@Suite struct TrainingRunStoreTests {
    @Test func `a trainer that was stopped for a while changes nothing once another has taken its request up`()
        async throws
    {
        typealias State = TrainingRunStore.State
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection async throws in
                func begin() async throws -> Int {
                    try await TrainingRunStore.begin(
                        requestID: "r",
                        name: "m",
                        version: "2",
                        stage: "reading",
                        connection
                    )
                }
                func update(_ attempt: Int, _ state: State) async throws -> Bool {
                    try await TrainingRunStore.update(requestID: "r", attempt: attempt, state, connection)
                }
                let first = try await begin()
                #expect(try await update(first, State(stage: "folds", progress: 0.5)))
                let second = try await begin()
                #expect(second == first + 1)
                let done = State(stage: "done", progress: 1, modelID: 1)
                #expect(try await update(second, done))
                #expect(try await !update(first, State(stage: "failed", progress: 1, error: "late")))
                #expect(try await TrainingRunStore.read(requestID: "r", connection) == done)
            }
        }
    }
}
