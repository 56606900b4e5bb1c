import Fleet
import Foundation
import Kafka
import Logging
import Messages
import ServiceLifecycle

/// Reads model.versions from its beginning, so that a bundle is there before the first request names it. Scoring does not depend on it.
public struct ModelWatcher: Service {
    private let configuration: FleetConfiguration
    private let engine: ScoringEngine
    private let logger: Logger

    public init(_ configuration: FleetConfiguration, _ engine: ScoringEngine, logger: Logger) {
        self.configuration = configuration
        self.engine = engine
        self.logger = logger
    }

    public func run() async throws {
        let topic = Topic.modelVersions.name(prefix: configuration.topicPrefix)
        // outside any group: every scorer reads all of it
        let properties = try configuration.kafkaProperties().merging(["group.id": "scorer.models.\(UUID().uuidString)"]) { $1 }
        let consumer = try KafkaConsumer(properties, log: logger.kafkaSink)
        try await consumer.assign([TopicPartition(topic, 0): nil])
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for message in (try? await consumer.poll(limit: 100, timeout: .milliseconds(200))) ?? [] {
                    guard let version = try? ModelVersion.read(message), version.stage == "production" else { continue }
                    var model = ModelReference()
                    (model.name, model.version, model.modelID) = (version.name, version.version, version.modelID)
                    do { try await engine.prefetch(model) } catch {
                        logger.warning("\(version.name) \(version.version) was not fetched: \(error)")
                    }
                }
                try await Task.sleep(for: .milliseconds(800))
            }
        }
        try await consumer.close()
    }
}
