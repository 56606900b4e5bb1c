import Expectations
import Postgres
import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the feature builder: race.requests in, race.features out; dataset.requests in, Parquet parts out.
public enum FeatureBuilderWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool()
        let formBooks = FormBookCache(pool, metrics: process.metrics, logger: process.logger)
        let races = FeatureBuilderHandler(pool, formBooks, suite: try suite("race"), metrics: process.metrics)
        let raceSettings = WorkerSettings(
            "feature-builder",
            live: .raceRequests,
            backfill: .raceRequestsBackfill,
            batchLimit: 100
        )
        var services: [any Service] = [Heartbeat(process, pool), try process.loop(raceSettings, races)]
        guard let root = process.configuration.artifactRoot else {
            process.logger.info("ARTIFACT_ROOT is not set: this worker builds no data sets")
            return services
        }
        services.append(ArtifactRoot(root, process, pool))
        let datasets = DatasetHandler(
            pool,
            formBooks,
            root: root,
            suite: try suite("part"),
            logger: process.logger
        )
        let datasetSettings = WorkerSettings(
            "feature-builder",
            live: .datasetRequests,
            group: "datasets",
            batchLimit: 16,
            progressLimit: .seconds(3600),
            drainBudget: .zero
        )
        services.append(try process.loop(datasetSettings, datasets))
        return services
    }

    private static func suite(_ name: String) throws -> ExpectationSuite {
        try ExpectationSuite(file: ProjectFiles.locate("expectations/\(name).json"))
    }
}
