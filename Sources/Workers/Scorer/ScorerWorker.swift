import Betting
import ModelArtifacts
import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the scorer: race.features in, race.signals out.
public enum ScorerWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool(limit: 2)
        let configuration = process.configuration
        let policy = try StakingPolicy(file: configuration.stakingPolicyPath())
        let bundles = try BundleSource(
            configuration.modelBundles,
            pool,
            mlflowTrackingURI: configuration.mlflowTrackingURI
        )
        let scorers = ScorerCache(bundles, policy: policy, logger: process.logger)
        let handler = ScorerHandler(scorers, metrics: process.metrics, logger: process.logger)
        let settings = WorkerSettings("scorer", live: .raceFeatures, backfill: .raceFeaturesBackfill, batchLimit: 100)
        return [
            Heartbeat(process, pool),
            ModelWatcher(configuration, scorers, logger: process.logger),
            try process.loop(settings, handler),
        ]
    }
}
