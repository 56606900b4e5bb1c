import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the scheduler: the clock and racing.* in, race.requests, race.settlements and training.requests out.
public enum SchedulerWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool(limit: 2)
        let schedule = try Schedule(file: process.configuration.schedulePath())
        let clock = try RaceClock()
        return [
            Heartbeat(process, pool),
            try SchedulerService(process, pool, schedule, clock: clock),
            try JobService(process, pool, schedule, clock: clock),
        ]
    }
}
