import Fleet
import Workers

await WorkerMain.main("trainer") { main in
    let pool = main.pool(limit: 2)
    let mlflow = try main.configuration.mlflowTrackingURI.map { try MLflowSync(trackingURI: $0) }
    let handler = TrainerHandler(
        pool, topicPrefix: main.configuration.topicPrefix, root: main.configuration.artifactRoot, mlflow: mlflow, logger: main.logger)
    // one at a time: training takes minutes and every core
    let settings = WorkerSettings("trainer", live: .trainingRequests, batchLimit: 1)
    return [
        Heartbeat(main, pool),
        try WorkerLoop(settings, main.configuration, handler, metrics: main.metrics, readiness: main.readiness, logger: main.logger),
    ]
}
