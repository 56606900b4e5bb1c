import DevStack
import Fleet
import Foundation
import Kafka
import Yams

/// The topics as topics/*.yaml have them (Strimzi's KafkaTopic shape), held against a broker.
enum TopicPlan {
    struct Outcome: Codable {
        var created: [String] = []
        var differences: [String] = []
        var unchanged = 0
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

    static func read(_ folder: String, prefix: String) throws -> [KafkaTopic] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
        guard !files.isEmpty else { throw CommandError("\(folder) holds no topic (*.yaml)") }
        return try files.map { file in
            let path = folder + "/" + file
            do {
                let resource = try YAMLDecoder().decode(Resource.self, from: String(contentsOfFile: path, encoding: .utf8))
                guard resource.kind == "KafkaTopic", resource.spec.partitions > 0 else {
                    throw CommandError("kind must be KafkaTopic, and partitions above 0")
                }
                return KafkaTopic(
                    name: prefix + resource.metadata.name, partitions: resource.spec.partitions, replicas: resource.spec.replicas ?? 1,
                    settings: resource.spec.config ?? [:])
            } catch { throw CommandError("\(path): \(error)") }
        }
    }

    static func apply(_ connection: Connection, dryRun: Bool) async throws -> Outcome {
        let topics = try read(try ProjectFiles.locate("topics"), prefix: connection.configuration.topicPrefix)
        let admin = try KafkaAdmin(connection.configuration.producerProperties())
        let existing = try await admin.topics()
        var outcome = Outcome()
        // the dev broker has no settings to tell
        let there = connection.configuration.brokerControl == nil ? topics.map(\.name).filter { existing[$0] != nil } : []
        let settings = try await admin.settings(of: there)
        for topic in topics {
            guard let count = existing[topic.name] else {
                outcome.created.append(topic.name)
                continue
            }
            var differences: [String] = []
            if count != topic.partitions { differences.append("\(count) partitions, topics/ says \(topic.partitions) (keys would move)") }
            for (name, wanted) in topic.settings.sorted(by: { $0.key < $1.key }) {
                guard let found = settings[topic.name]?[name], found != wanted else { continue }
                differences.append("\(name) of \(found), topics/ says \(wanted)")
            }
            if differences.isEmpty {
                outcome.unchanged += 1
            } else {
                outcome.differences.append("\(topic.name) has \(differences.joined(separator: "; ")): left as it is")
            }
        }
        if dryRun { return outcome }
        let missing = topics.filter { outcome.created.contains($0.name) }
        if let control = connection.configuration.brokerControl {
            for topic in missing { try await BrokerControl.request("create \(topic.name) \(topic.partitions)", at: control) }
        } else {
            try await admin.create(missing)
        }
        return outcome
    }
}
