import Foundation
import Messages
import ModelingStore
import Postgres
import Testing

/// CLV of signals at lead buckets, whichever came first, signals or result.
@Suite struct SignalCLVTests {
    // 2023-11-14 12:00 UTC; 08:00 in Madrid is 07:00 UTC
    private let off: Int64 = 1_699_963_200_000_000

    private func message(minutesBefore: Double, odds: [Int64: Double], staked: Set<Int64> = []) -> RaceSignals {
        var message = RaceSignals()
        (message.raceID, message.raceDay, message.origin, message.revision) = (5, 19_675, .live, 1)
        message.asOf = off - Int64(minutesBefore * 60_000_000)
        message.model.modelID = 1
        message.signals = odds.sorted { $0.key < $1.key }.map { horse, price in
            var signal = Signal()
            (signal.horseID, signal.pWin, signal.pModel, signal.fairOddsWin, signal.reasonsJson) = (horse, 0.25, 0.25, 4, "{}")
            (signal.bestOddsWin, signal.bestOddsSource, signal.stakeUnits) = (price, "live", staked.contains(horse) ? 1 : 0)
            return signal
        }
        return message
    }

    private func settlement(_ bsp: [Int64: Double], withdrawn: Set<Int64> = []) -> RaceSettlement {
        var settlement = RaceSettlement()
        (settlement.raceID, settlement.raceDay, settlement.off, settlement.revision) = (5, 19_675, off, 1)
        settlement.runners = bsp.sorted { $0.key < $1.key }.map { horse, price in
            var result = RunnerResult()
            (result.horseID, result.position, result.withdrawn, result.bsp) = (horse, UInt32(horse), withdrawn.contains(horse), price)
            return result
        }
        return settlement
    }

    private func write(_ pool: PostgresPool, _ messages: [RaceSignals]) async throws {
        _ = try await pool.withConnection { try await SignalWriter.write(messages, $0) }
    }
    private func settle(_ pool: PostgresPool, _ settlement: RaceSettlement) async throws {
        try await pool.transaction { connection in
            try await BetStore.lock(races: [5], connection)
            try await ResultStore.write([settlement], connection)
            try await SignalCLV.refresh(races: [5], connection)
        }
    }
    private func rows(_ pool: PostgresPool) async throws -> [String] {
        try await pool.query(
            "SELECT bucket || ' ' || horse_id || ' ' || round(odds::numeric, 4) || ' ' || round(clv::numeric, 4) AS t FROM modeling.signal_clv ORDER BY bucket, horse_id"
        ).map { try $0.get("t") }
    }

    private var day: [RaceSignals] {
        [
            message(minutesBefore: 300, odds: [1: 8, 2: 3]), message(minutesBefore: 70, odds: [1: 7, 2: 3]),
            message(minutesBefore: 60.5, odds: [1: 6, 2: 3], staked: [1]), message(minutesBefore: 50, odds: [1: 5, 2: 3], staked: [1]),
            message(minutesBefore: 10, odds: [1: 4.5]), message(minutesBefore: 1, odds: [1: 4.2, 2: 3]),
            message(minutesBefore: 0, odds: [1: 4, 2: 2]),
        ]
    }

    @Test func bucketsWhicheverCameFirst() async throws {
        let ln2 = String(format: "%.4f", log(2.0))
        let expected = [
            "0800 1 8.0000 \(ln2)", "0800 2 3.0000 0.0000", "10m 1 4.5000 \(String(format: "%.4f", log(4.5 / 4)))",
            "1m 1 4.2000 \(String(format: "%.4f", log(4.2 / 4)))", "1m 2 3.0000 0.0000",
            "60m 1 6.0000 \(String(format: "%.4f", log(1.5)))", "60m 2 3.0000 0.0000", "staked 1 6.0000 \(String(format: "%.4f", log(1.5)))",
        ]
        for signalsFirst in [true, false] {
            try await withModelingDatabase { pool async throws in
                if signalsFirst { try await write(pool, day) }
                try await settle(pool, settlement([1: 4, 2: 3]))
                if !signalsFirst { for message in day.reversed() { try await write(pool, [message]) } }
                #expect(try await rows(pool) == expected)
            }
        }
    }

    @Test func aLateWithdrawalReducesWhatWasTakenOrLeavesItUnmeasured() async throws {
        try await withModelingDatabase { pool async throws in
            try await write(pool, [message(minutesBefore: 60, odds: [1: 8, 2: 3, 3: 4])])
            try await settle(pool, settlement([1: 6, 2: 3, 3: 4], withdrawn: [3]))
            #expect(try await rows(pool).isEmpty, "nobody has said by how much the third runner's absence reduces the others")
            var withdrawal = RunnerWithdrawal()
            (withdrawal.raceID, withdrawal.raceDay, withdrawal.horseID, withdrawal.at, withdrawal.factor) = (5, 19_675, 3, off - 60_000_000, 0.25)
            let told = withdrawal
            _ = try await pool.withConnection { try await WithdrawalStore.write([told], $0) }
            try await settle(pool, settlement([1: 6, 2: 3, 3: 4], withdrawn: [3]))
            #expect(try await rows(pool) == ["60m 1 6.0000 0.0000", "60m 2 2.2500 \(String(format: "%.4f", log(0.75)))"])
        }
    }
}
