import Messages
import ModelingStore
import Testing

@Suite struct WithdrawalStoreTests {
    private func report(
        revision: Int64,
        at: Int64 = 1_700_000_000_000_000,
        rule4: Double? = nil,
        factor: Double? = nil
    ) -> RunnerWithdrawal {
        var withdrawal = RunnerWithdrawal()
        withdrawal.raceID = 5
        withdrawal.raceDay = 19_675
        withdrawal.horseID = 3
        withdrawal.at = at
        withdrawal.revision = revision
        if let rule4 { withdrawal.rule4 = rule4 }
        if let factor { withdrawal.factor = factor }
        return withdrawal
    }

    /// In one batch, in two, and with a replay of the older reports after the newer one.
    @Test func `the newer report of a runner stays, in whatever batches and replays the reports arrive`() async throws {
        let reports = [
            report(revision: 1, rule4: 0.25), report(revision: 2, factor: 0.1),
            report(revision: 3, at: 1_700_000_060_000_000, rule4: 0.3),
        ]
        let orders = [[[0, 1, 2]], [[0, 1], [2]], [[0], [1], [2], [0], [1]], [[2, 1, 0]], [[0, 1, 2], [1, 0]]]
        for order in orders {
            try await withModelingDatabase { pool async throws in
                try await pool.withConnection { connection async throws in
                    for batch in order {
                        _ = try await WithdrawalStore.upsert(batch.map { reports[$0] }, connection)
                    }
                    let stored = try await WithdrawalStore.read(races: [5], connection)[5]?.first
                    #expect(stored?.at.microseconds == 1_700_000_060_000_000, "\(order)")
                    #expect(stored?.reduction.rule4 == 0.3 && stored?.reduction.factor == 0.1, "\(order)")
                }
            }
        }
    }

    @Test func `a stale report changes no race`() async throws {
        try await withModelingDatabase { pool async throws in
            try await pool.withConnection { connection async throws in
                let newest = report(revision: 2, rule4: 0.3)
                #expect(try await WithdrawalStore.upsert([newest], connection) == [5])
                #expect(try await WithdrawalStore.upsert([newest], connection).isEmpty)
                let stale = report(revision: 1, rule4: 0.25)
                #expect(try await WithdrawalStore.upsert([stale], connection).isEmpty)
            }
        }
    }
}
