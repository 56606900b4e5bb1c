import Fleet
import Workers

await WorkerMain.main("publisher") { main in
    let pool = main.pool(limit: 2)
    let handler = PublisherHandler(pool, metrics: main.metrics, logger: main.logger)
    let settings = WorkerSettings("publisher", live: .raceSignals, backfill: .raceSignalsBackfill, batchLimit: 500)
    return [
        Heartbeat(main, pool),
        try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger),
    ]
}
