import Messages
import ModelingStore

/// Sends training requests and waits for the models.
public enum Training {
    /// Sends a request, and starts a trainer for it if none is running.
    public static func run(_ request: TrainingRequest, _ context: CommandContext) async throws -> RegisteredModel {
        try await LocalFleet.with(["trainer"], context) { check in
            try await context.send([request])
            return try await wait(for: request, context, check: check)
        }
    }

    /// Waits until the trainer has registered the model.
    ///
    /// - Throws: `CommandError` if training failed; any error of `check`.
    public static func wait(
        for request: TrainingRequest,
        _ context: CommandContext,
        check: () async throws -> Void
    ) async throws -> RegisteredModel {
        let bar = ProgressBar("train \(request.name) \(request.version)")
        while true {
            let state = try await context.retryingPool.withConnection { connection in
                try await TrainingRunStore.read(requestID: request.requestID, connection)
            }
            if let error = state?.error { throw CommandError("training failed: \(error)") }
            if let modelID = state?.modelID {
                bar.finish("model \(modelID)")
                return try await context.model(request.name, version: request.version)
            }
            bar.update(state?.progress ?? 0, state?.stage ?? "waiting for a trainer")
            try await check()
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
