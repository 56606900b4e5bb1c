import Foundation
import Messages
import Testing
import Yams

/// Topics are created from topics/*.yaml, so the code must name the same ones.
@Suite struct TopicTests {
    private struct Resource: Decodable {
        struct Metadata: Decodable { let name: String }
        struct Spec: Decodable { let partitions: Int }
        let metadata: Metadata
        let spec: Spec
    }

    @Test func `has a file with the right number of partitions for every topic`() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../topics")
            .standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }
        let resources = try files.map {
            try YAMLDecoder().decode(
                Resource.self,
                from: String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8)
            )
        }
        let partitions = Dictionary(uniqueKeysWithValues: resources.map { ($0.metadata.name, $0.spec.partitions) })
        #expect(Set(partitions.keys) == Set(Topic.allCases.map(\.rawValue)))
        for topic in Topic.allCases {
            let expected =
                switch topic {
                case .raceRequests, .raceFeatures, .raceSignals, .raceRequestsBackfill, .raceFeaturesBackfill,
                    .raceSignalsBackfill:
                    24
                case .datasetRequests, .datasetParts, .betPlacements, .raceSettlements, .raceWithdrawals, .deadLetters:
                    12
                case .trainingRequests: 6
                case .modelVersions: 1
                }
            #expect(partitions[topic.rawValue] == expected, "\(topic)")
        }
    }
}
