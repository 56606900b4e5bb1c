import Fleet
import Workers

await WorkerMain.main("feature-builder") { main in
    let pool = main.pool()
    let handler = FeatureBuilderHandler(pool, BookKeeper(pool, logger: main.logger), topicPrefix: main.configuration.topicPrefix)
    let settings = WorkerSettings("feature-builder", live: .raceRequests, backfill: .raceRequestsBackfill, batchLimit: 100)
    return [
        Heartbeat(main, pool),
        try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger),
    ]
}
