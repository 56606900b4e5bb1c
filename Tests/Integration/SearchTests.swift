import ModelingStore
import Postgres
import Testing

@Suite(.timeLimit(.minutes(20))) struct SearchTests {
    /// A trainer that handles a redelivered request, or a longer search, runs only the missing trials.
    @Test func `a search does not repeat trials`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            func trials() async throws -> [String] {
                try await fleet.pool.query("SELECT trial || ' ' || at AS trial_at FROM modeling.trials ORDER BY trial")
                    .map { try $0.get("trial_at") }
            }
            try await fleet.giddyup("train --to 2025-09-30 --fast --trials 2")
            let first = try await trials()
            #expect(first.count == 2)
            try await fleet.giddyup("train --to 2025-09-30 --fast --trials 3")
            let second = try await trials()
            #expect(second.count == 3 && Array(second.prefix(2)) == first)
            let losses: [Double] = try await fleet.pool.query("SELECT loss FROM modeling.trials").map {
                try $0.get("loss")
            }
            #expect(losses.count == 3 && losses.allSatisfy { $0 > 1.5 && $0 < 2.4 })
            #expect(try await fleet.json([RegisteredModel].self, "models list").count == 3)
        }
    }
}
