import DevStack
import Foundation
import Kafka
import TopicReading
import WorkerRuntime
import Yams

/// The topics of topics/*.yaml (Strimzi's KafkaTopic shape), compared with those of a broker.
public struct TopicPlan: Sendable {
    public struct Outcome: Codable, Sendable {
        public var created: [String] = []
        public var differences: [String] = []
        public var unchanged = 0
    }

    private let topics: [KafkaTopic]

    /// - Parameters:
    ///   - partitionLimit: the most partitions of a topic, for small clusters.
    ///   - replicas: overrides the replicas of the files.
    /// - Throws: `CommandError` naming the file that cannot be read.
    public init(folder: String, prefix: String, partitionLimit: Int32? = nil, replicas: Int32? = nil) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        guard !files.isEmpty else { throw CommandError("\(folder) holds no topic (*.yaml)") }
        topics = try files.sorted().map { file in
            let topic = try Self.topic(folder + "/" + file, prefix: prefix)
            return Self.adjusted(topic, partitionLimit: partitionLimit, replicas: replicas)
        }
    }

    /// The plan of the project's own topics.
    public init(_ context: CommandContext) throws {
        let configuration = context.configuration
        try self.init(
            folder: try ProjectFiles.locate("topics"),
            prefix: configuration.topicPrefix,
            partitionLimit: configuration.topicPartitionLimit,
            replicas: configuration.topicReplicas
        )
    }

    /// Deletes the topics, for fleets that live only as long as a demo or a test.
    public func delete(_ context: CommandContext) async throws {
        try await KafkaAdmin(context.configuration.producerProperties()).delete(topics.map(\.name))
    }

    /// With three replicas or more, a write must reach two of them.
    private static func adjusted(_ topic: KafkaTopic, partitionLimit: Int32?, replicas: Int32?) -> KafkaTopic {
        var settings = topic.settings
        if let replicas, replicas >= 3 { settings["min.insync.replicas"] = "2" }
        return KafkaTopic(
            name: topic.name,
            partitions: min(topic.partitions, partitionLimit ?? .max),
            replicas: replicas ?? topic.replicas,
            settings: settings
        )
    }

    /// Creates the topics that are missing. Topics that differ are reported and left as they are.
    public func apply(_ context: CommandContext, dryRun: Bool) async throws -> Outcome {
        let admin = try KafkaAdmin(context.configuration.producerProperties())
        let existing = try await admin.topics()
        let control = context.configuration.brokerControl
        // The development broker keeps no settings.
        let described = control == nil ? topics.map(\.name).filter { existing[$0] != nil } : []
        let settings = try await admin.settings(of: described)
        var outcome = Outcome()
        var missing: [KafkaTopic] = []
        for topic in topics {
            guard let partitions = existing[topic.name] else {
                missing.append(topic)
                continue
            }
            let differences = Self.differences(topic, partitions: partitions, settings[topic.name] ?? [:])
            if differences.isEmpty {
                outcome.unchanged += 1
            } else {
                let list = differences.joined(separator: "; ")
                outcome.differences.append("\(topic.name) has \(list): left as it is")
            }
        }
        outcome.created = missing.map(\.name)
        if !dryRun { try await create(missing, admin, control: control, context) }
        return outcome
    }

    private func create(
        _ missing: [KafkaTopic],
        _ admin: KafkaAdmin,
        control: String?,
        _ context: CommandContext
    ) async throws {
        guard let control else {
            try await admin.create(missing)
            return try await waitUntilOpen(missing, context)
        }
        for topic in missing {
            try await BrokerControl.request("create \(topic.name) \(topic.partitions)", at: control)
        }
    }

    /// A loaded broker names the leaders of a new topic up to a second before it has opened the partitions.
    private func waitUntilOpen(_ topics: [KafkaTopic], _ context: CommandContext) async throws {
        let consumer = try context.configuration.observer()
        for topic in topics {
            for number in 0..<topic.partitions {
                _ = try await consumer.watermarks(TopicPartition(topic.name, number), timeout: .seconds(30))
            }
        }
        try await consumer.close()
    }

    private static func differences(
        _ topic: KafkaTopic,
        partitions: Int32,
        _ settings: [String: String]
    ) -> [String] {
        var differences: [String] = []
        if partitions != topic.partitions {
            differences.append("\(partitions) partitions, topics/ says \(topic.partitions) (keys would move)")
        }
        for (name, wanted) in topic.settings.sorted(by: { $0.key < $1.key }) {
            guard let found = settings[name], found != wanted else { continue }
            differences.append("\(name) of \(found), topics/ says \(wanted)")
        }
        return differences
    }

    private struct Resource: Decodable {
        struct Metadata: Decodable { let name: String }
        struct Spec: Decodable {
            let partitions: Int32
            let replicas: Int32?
            let config: [String: String]?
        }
        let kind: String
        let metadata: Metadata
        let spec: Spec
    }

    private static func topic(_ path: String, prefix: String) throws -> KafkaTopic {
        do {
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let resource = try YAMLDecoder().decode(Resource.self, from: text)
            guard resource.kind == "KafkaTopic", resource.spec.partitions > 0 else {
                throw CommandError("kind must be KafkaTopic, and partitions above 0")
            }
            return KafkaTopic(
                name: prefix + resource.metadata.name,
                partitions: resource.spec.partitions,
                replicas: resource.spec.replicas ?? 1,
                settings: resource.spec.config ?? [:]
            )
        } catch { throw CommandError("\(path): \(error)") }
    }
}
