import Fleet
import Workers

await WorkerMain.main("scheduler") { main in
    let pool = main.pool(limit: 2)
    return [Heartbeat(main, pool), try SchedulerService(main, pool, clock: RaceClock())]
}
