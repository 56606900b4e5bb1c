import Fleet
import Workers

await WorkerMain.main("clv-tracker") { main in
    let pool = main.pool()
    let settler = BetSettler(policy: try StakingPolicyFile.read(), logger: main.logger)
    func loop<H: Handler>(_ settings: WorkerSettings, _ handler: H) throws -> WorkerLoop<H> {
        try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger)
    }
    return [
        Heartbeat(main, pool),
        try loop(WorkerSettings("clv-tracker.placements", live: .betPlacements), PlacementHandler(pool, settler)),
        try loop(WorkerSettings("clv-tracker.withdrawals", live: .raceWithdrawals), WithdrawalHandler(pool, settler)),
        try loop(WorkerSettings("clv-tracker.settlements", live: .raceSettlements), SettlementHandler(pool, settler)),
    ]
}
