import Expectations
import Fleet
import Workers

await WorkerMain.main("feature-builder") { main in
    let pool = main.pool()
    let books = BookKeeper(pool, logger: main.logger)
    let handler = FeatureBuilderHandler(
        pool, books, topicPrefix: main.configuration.topicPrefix,
        suite: try ExpectationSuite(file: ProjectFiles.locate("expectations/race.json")))
    let settings = WorkerSettings("feature-builder", live: .raceRequests, backfill: .raceRequestsBackfill, batchLimit: 100)
    let races = try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger)
    guard let root = main.configuration.artifactRoot else {
        main.logger.info("ARTIFACT_ROOT is not set: no data sets are built here")
        return [Heartbeat(main, pool), races]
    }
    let datasets = DatasetHandler(
        pool, books, topicPrefix: main.configuration.topicPrefix, root: root,
        suite: try ExpectationSuite(file: ProjectFiles.locate("expectations/part.json")), logger: main.logger)
    let months = WorkerSettings("feature-builder", live: .datasetRequests, group: "datasets", batchLimit: 16)
    return [
        Heartbeat(main, pool), races,
        try WorkerLoop(months, main.configuration, datasets, metrics: main.metrics, readiness: main.readiness, logger: main.logger),
    ]
}
