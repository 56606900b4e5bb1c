import Foundation
import Messages
import ModelingStore
import Postgres
import Testing

@Suite struct SignalCLVTests {
    /// 2023-11-14 12:00 UTC. 08:00 in Madrid is 07:00 UTC, 300 minutes earlier.
    private let off: Int64 = 1_699_963_200_000_000

    private func message(minutesBefore: Double, odds: [Int64: Double], staked: Set<Int64> = []) -> RaceSignals {
        var message = RaceSignals()
        message.raceID = 5
        message.raceDay = 19_675
        message.origin = .live
        message.revision = 1
        message.asOf = off - Int64(minutesBefore * 60_000_000)
        message.model.modelID = 1
        message.signals = odds.sorted { $0.key < $1.key }.map { horse, price in
            var signal = Signal()
            signal.horseID = horse
            signal.pWin = 0.25
            signal.pModel = 0.25
            signal.fairOddsWin = 4
            signal.reasonsJson = "{}"
            signal.bestOddsWin = price
            signal.bestOddsSource = "live"
            signal.stakeUnits = staked.contains(horse) ? 1 : 0
            return signal
        }
        return message
    }

    private func settlement(_ bsp: [Int64: Double], withdrawn: Set<Int64> = []) -> RaceSettlement {
        var settlement = RaceSettlement()
        settlement.raceID = 5
        settlement.raceDay = 19_675
        settlement.off = off
        settlement.revision = 1
        settlement.runners = bsp.sorted { $0.key < $1.key }.map { horse, price in
            var result = RunnerResult()
            result.horseID = horse
            result.position = UInt32(horse)
            result.withdrawn = withdrawn.contains(horse)
            result.bsp = price
            return result
        }
        return settlement
    }

    private func upsert(_ messages: [RaceSignals], _ pool: PostgresPool) async throws {
        _ = try await pool.withConnection { try await SignalStore.upsert(messages, $0) }
    }

    private func settle(_ settlement: RaceSettlement, _ pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await BetStore.lock(races: [5], connection)
            try await ResultStore.upsert([settlement], connection)
            try await SignalCLVStore.refresh(races: [5], connection)
        }
    }

    /// The rows as "bucket horse odds clv".
    private func rows(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            """
            SELECT bucket || ' ' || horse_id || ' ' || round(odds::numeric, 4) || ' ' || round(clv::numeric, 4) AS t
              FROM modeling.signal_clv ORDER BY bucket, horse_id
            """
        ).map { try $0.get("t") }
    }

    /// The natural logarithm with four decimals, as `rows` prints it.
    private func ln(_ value: Double) -> String { String(format: "%.4f", log(value)) }

    @Test func `takes one price per bucket, whether signals or the result arrive first`() async throws {
        let messages = [
            message(minutesBefore: 300, odds: [1: 8, 2: 3]),
            message(minutesBefore: 70, odds: [1: 7, 2: 3]),
            message(minutesBefore: 60.5, odds: [1: 6, 2: 3], staked: [1]),
            message(minutesBefore: 50, odds: [1: 5, 2: 3], staked: [1]),
            message(minutesBefore: 10, odds: [1: 4.5]),
            message(minutesBefore: 1, odds: [1: 4.2, 2: 3]),
            message(minutesBefore: 0, odds: [1: 4, 2: 2]),
        ]
        let expected = [
            "0800 1 8.0000 \(ln(2))", "0800 2 3.0000 0.0000", "10m 1 4.5000 \(ln(4.5 / 4))",
            "1m 1 4.2000 \(ln(4.2 / 4))", "1m 2 3.0000 0.0000", "60m 1 6.0000 \(ln(1.5))", "60m 2 3.0000 0.0000",
            "staked 1 6.0000 \(ln(1.5))",
        ]
        for signalsFirst in [true, false] {
            try await withModelingDatabase { pool async throws in
                if signalsFirst { try await upsert(messages, pool) }
                try await settle(settlement([1: 4, 2: 3]), pool)
                if !signalsFirst { for message in messages.reversed() { try await upsert([message], pool) } }
                #expect(try await rows(pool) == expected)
            }
        }
    }

    @Test func `reduces the odds for a late withdrawal, and has no CLV while the reduction is unknown`() async throws {
        try await withModelingDatabase { pool async throws in
            try await upsert([message(minutesBefore: 60, odds: [1: 8, 2: 3, 3: 4])], pool)
            try await settle(settlement([1: 6, 2: 3, 3: 4], withdrawn: [3]), pool)
            #expect(try await rows(pool).isEmpty)
            var withdrawal = RunnerWithdrawal()
            withdrawal.raceID = 5
            withdrawal.raceDay = 19_675
            withdrawal.horseID = 3
            withdrawal.at = off - 60_000_000
            withdrawal.factor = 0.25
            let messages = [withdrawal]
            _ = try await pool.withConnection { try await WithdrawalStore.upsert(messages, $0) }
            try await settle(settlement([1: 6, 2: 3, 3: 4], withdrawn: [3]), pool)
            #expect(try await rows(pool) == ["60m 1 6.0000 0.0000", "60m 2 2.2500 \(ln(0.75))"])
        }
    }
}
