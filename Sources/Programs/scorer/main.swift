import Scorer
import WorkerRuntime

await WorkerProcess.run("scorer", services: ScorerWorker.services)
