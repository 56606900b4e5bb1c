import Betting
import Fleet
import Workers

await WorkerMain.main("scorer") { main in
    let pool = main.pool(limit: 2)
    let policy = try StakingPolicyFile.read()
    let bundles = try BundleSource(main.configuration.modelBundles, pool, mlflowTrackingURI: main.configuration.mlflowTrackingURI)
    let engine = ScoringEngine(bundles, policy: policy, logger: main.logger)
    let handler = ScorerHandler(engine, topicPrefix: main.configuration.topicPrefix)
    let settings = WorkerSettings("scorer", live: .raceFeatures, backfill: .raceFeaturesBackfill, batchLimit: 100)
    return [
        Heartbeat(main, pool), ModelWatcher(main.configuration, engine, logger: main.logger),
        try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger),
    ]
}
