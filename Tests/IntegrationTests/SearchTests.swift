import Foundation
import Postgres
import Servers
import Testing

@Suite struct SearchTests {
    /// A search remembers what it tried: a trainer that takes the request up again, or a longer search later, does only the rest.
    @Test func whatWasTriedIsNotTriedAgain() async throws {
        try await TestFleet.with { fleet async throws in
            try await fleet.prepare()
            func trials() async throws -> [String] {
                try await fleet.pool.query("SELECT trial || ' ' || at AS t FROM modeling.trials ORDER BY trial").map { try $0.get("t") }
            }
            try await fleet.giddyup("train", "--to", "2025-09-30", "--fast", "--trials", "2")
            let first = try await trials()
            #expect(first.count == 2)
            try await fleet.giddyup("train", "--to", "2025-09-30", "--fast", "--trials", "3")
            let second = try await trials()
            #expect(second.count == 3 && Array(second.prefix(2)) == first)
            let losses: [Double] = try await fleet.pool.query("SELECT loss FROM modeling.trials ORDER BY trial").map { try $0.get("loss") }
            #expect(losses.count { $0 > 1.5 && $0 < 2.4 } == 3)
            #expect(try await fleet.giddyup("models", "list").split(separator: "\n").count == 3)
        }
    }
}
