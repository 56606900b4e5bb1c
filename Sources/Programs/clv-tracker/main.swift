import CLVTracker
import WorkerRuntime

await WorkerProcess.run("clv-tracker", services: CLVTrackerWorker.services)
