import Betting
import Foundation
import Racing
import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the CLV tracker: placements, withdrawals and settlements in, modeling.bets and modeling.signal_clv out.
public enum CLVTrackerWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool()
        let policy = try StakingPolicy(file: process.configuration.stakingPolicyPath())
        let settler = BetSettler(policy: policy, logger: process.logger)
        let placements = WorkerSettings("clv-tracker.placements", live: .betPlacements)
        let withdrawals = WorkerSettings("clv-tracker.withdrawals", live: .raceWithdrawals)
        let settlements = WorkerSettings("clv-tracker.settlements", live: .raceSettlements)
        return [
            Heartbeat(process, pool),
            ClosingLineGauge(pool: pool, metrics: process.metrics, logger: process.logger) { Instant(Date()) },
            try process.loop(placements, PlacementHandler(pool, settler)),
            try process.loop(withdrawals, WithdrawalHandler(pool, settler)),
            try process.loop(settlements, SettlementHandler(pool, settler)),
        ]
    }
}
