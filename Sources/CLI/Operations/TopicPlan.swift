import DevStack
import Foundation
import Kafka
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

    /// - Throws: `CommandError` naming the file that cannot be read.
    public init(folder: String, prefix: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        guard !files.isEmpty else { throw CommandError("\(folder) holds no topic (*.yaml)") }
        topics = try files.sorted().map { try Self.topic(folder + "/" + $0, prefix: prefix) }
    }

    /// The plan of the project's own topics.
    public init(_ context: CommandContext) throws {
        try self.init(folder: try ProjectFiles.locate("topics"), prefix: context.configuration.topicPrefix)
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
        if !dryRun { try await create(missing, admin, control: control) }
        return outcome
    }

    private func create(_ missing: [KafkaTopic], _ admin: KafkaAdmin, control: String?) async throws {
        guard let control else { return try await admin.create(missing) }
        for topic in missing {
            try await BrokerControl.request("create \(topic.name) \(topic.partitions)", at: control)
        }
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
