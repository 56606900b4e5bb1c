import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the publisher: race.signals in, modeling.signals out.
public enum PublisherWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool(limit: 2)
        let handler = PublisherHandler(pool, metrics: process.metrics, logger: process.logger)
        // Its messages are small: this much lasts longer than a second at full speed.
        let settings = WorkerSettings(
            "publisher",
            live: .raceSignals,
            backfill: .raceSignalsBackfill,
            batchLimit: 500,
            fetchAhead: 16_384
        )
        return [Heartbeat(process, pool), try process.loop(settings, handler)]
    }
}
