import Foundation
import Messages
import ModelArtifacts
import ModelingStore

/// Puts a model into production and announces it.
public struct ModelPromotion: Sendable {
    private let model: RegisteredModel
    private let context: CommandContext

    /// - Throws: `CommandError` if the model has no bundle.
    public init(_ model: RegisteredModel, _ context: CommandContext) throws(CommandError) {
        try model.requireBundle()
        self.model = model
        self.context = context
    }

    /// - Parameters:
    ///   - gate: the verdict to record with the promotion.
    ///   - overriddenBy: who let the model through against the gate.
    public func run(why: String?, gate: PromotionGate? = nil, overriddenBy: String? = nil) async throws {
        let who = Console.operatorName
        let gateJSON = try gate.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        _ = try await context.pool.withConnection { connection in
            try await ModelRegistry.promote(
                model,
                by: who,
                why: why,
                gateJSON: gateJSON,
                overriddenBy: overriddenBy,
                connection
            )
        }
        try await context.send([announcement])
        if let uri = context.configuration.mlflowTrackingURI { await copy(to: uri) }
    }

    /// Lets scorers prefetch the bundle.
    private var announcement: ModelVersion {
        var version = ModelVersion()
        version.name = model.name
        version.version = model.version
        version.modelID = model.modelID
        version.stage = RegisteredModel.Stage.production.rawValue
        version.featureSetHash = model.featureSetHash ?? ""
        return version
    }

    /// Copies the model to MLflow. A failure is printed: a later sync copies it.
    private func copy(to trackingURI: String) async {
        do {
            let promoted = try await context.model(model.name, version: model.version)
            _ = try await MLflowSync(trackingURI: trackingURI).upload(promoted, context.pool)
        } catch {
            Console.note("promoted, but not updated in MLflow; run `giddyup models sync`: \(error)")
        }
    }
}
