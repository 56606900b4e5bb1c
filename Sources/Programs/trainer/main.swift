import Trainer
import WorkerRuntime

await WorkerProcess.run("trainer", services: TrainerWorker.services)
