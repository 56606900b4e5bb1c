import FeatureBuilder
import WorkerRuntime

await WorkerProcess.run("feature-builder", services: FeatureBuilderWorker.services)
