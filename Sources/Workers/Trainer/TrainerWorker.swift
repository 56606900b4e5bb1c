import ModelArtifacts
import ServiceLifecycle
import WorkerRuntime
import WorkerServices

/// Wires the trainer: training.requests in, registered models and model.versions out.
public enum TrainerWorker {
    public static func services(_ process: WorkerProcess) throws -> [any Service] {
        let pool = process.pool(limit: 2)
        let configuration = process.configuration
        let mlflow = try configuration.mlflowTrackingURI.map { try MLflowSync(trackingURI: $0) }
        let handler = TrainerHandler(
            pool,
            root: configuration.artifactRoot,
            mlflow: mlflow,
            logger: process.logger
        )
        // One request at a time: training takes minutes and uses every core.
        let settings = WorkerSettings(
            "trainer",
            live: .trainingRequests,
            batchLimit: 1,
            progressLimit: .seconds(12 * 3600),
            drainBudget: .zero
        )
        let check = configuration.artifactRoot.map { ArtifactRoot($0, process, pool) }
        return [Heartbeat(process, pool), DriftService(process, pool)] + [check].compactMap(\.self)
            + [try process.loop(settings, handler)]
    }
}
