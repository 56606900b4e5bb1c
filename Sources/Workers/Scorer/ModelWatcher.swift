import Foundation
import Kafka
import Logging
import Messages
import ServiceLifecycle
import WorkerRuntime

/// Reads model.versions from the beginning and prefetches production bundles, before a request names them. Scoring does
/// not depend on it.
public struct ModelWatcher: Service {
    private let configuration: RuntimeConfiguration
    private let scorers: ScorerCache
    private let logger: Logger

    public init(_ configuration: RuntimeConfiguration, _ scorers: ScorerCache, logger: Logger) {
        self.configuration = configuration
        self.scorers = scorers
        self.logger = logger
    }

    public func run() async throws {
        let topic = Topic.modelVersions.name(prefix: configuration.topicPrefix)
        // Every scorer reads the whole topic, so each uses a group of its own and assigns the partition itself.
        let group = ["group.id": "scorer.models.\(UUID().uuidString)"]
        let properties = try configuration.kafkaProperties().merging(group) { $1 }
        let consumer = try KafkaConsumer(properties, log: logger.kafkaSink)
        try await consumer.assign([TopicPartition(topic, 0): nil])
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for message in (try? await consumer.poll(limit: 100, timeout: .milliseconds(200))) ?? [] {
                    await prefetch(message)
                }
                try await Task.sleep(for: .milliseconds(800))
            }
        }
        try await consumer.close()
    }

    private func prefetch(_ message: KafkaMessage) async {
        guard let version = try? ModelVersion.decode(message), version.stage == "production" else { return }
        var model = ModelReference()
        model.name = version.name
        model.version = version.version
        model.modelID = version.modelID
        do { _ = try await scorers.scorer(model) } catch {
            logger.warning("\(version.name) \(version.version) was not prefetched: \(error)")
        }
    }
}
