import Publisher
import WorkerRuntime

await WorkerProcess.run("publisher", services: PublisherWorker.services)
