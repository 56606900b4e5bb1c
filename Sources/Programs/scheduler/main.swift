import Scheduler
import WorkerRuntime

await WorkerProcess.run("scheduler", services: SchedulerWorker.services)
