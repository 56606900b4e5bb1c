import ModelingStore
import Postgres
import Testing

@Suite(.timeLimit(.minutes(20))) struct NeededWorkersTests {
    /// As SIGKILL leaves them: rows that look alive for a while, and nothing that renews them.
    @Test func `a command starts workers in place of those that died while it waited`() async throws {
        try await TestFleet.with(.trained) { fleet async throws in
            // In one transaction, so that they were last seen at the same time, and all are missed by the same look.
            try await fleet.pool.transaction { connection in
                for worker in ["feature-builder", "scorer", "publisher"] {
                    try await WorkerStore.upsert(
                        instance: "dead-\(worker)",
                        worker: worker,
                        host: "test",
                        pid: 1,
                        handled: 0,
                        dead: 0,
                        connection
                    )
                }
            }
            let output = try await fleet.giddyup("backfill --from 2025-12-30 --to 2025-12-31")
            #expect(output.contains("no feature-builder, scorer, publisher are running any more: starting one of each"))
            #expect(try await fleet.checksum().rows > 0)
        }
    }
}
