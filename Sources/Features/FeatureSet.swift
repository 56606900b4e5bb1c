import Crypto
import Foundation

/// An ordered list of features under a version; messages, data sets and model bundles carry version and hash.
public struct FeatureSet: Sendable {
    public let version: Int
    public let features: [Feature]
    /// The first 16 hexadecimal digits of the SHA-256 of the ordered names.
    public let hash: String
    /// The same of everything that a definition says: a data set is built again when a feature of the same name comes to mean something else.
    public let definition: String
    let columns: [String: Int]
    let starterColumns: [StarterColumn]
    let comparedColumns: [ComparedColumn]

    init(version: Int, _ features: [Feature]) {
        self.version = version
        self.features = features
        hash = Self.digest(features.map(\.name))
        definition = Self.digest(features.map { "\($0.name)\t\($0.unit)\t\($0.meaning)\t\($0.reads)" })
        let columns = Dictionary(features.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.columns = columns
        starterColumns = features.enumerated().compactMap { column, feature in
            if case .starter(let value) = feature.value { StarterColumn(column: column, value: value) } else { nil }
        }
        var compared: [Int: ComparedColumn] = [:]
        for (column, feature) in features.enumerated() {
            guard case .field(let comparison, let base) = feature.value, let source = columns[base] else { continue }
            switch comparison {
            case .rank: compared[source, default: ComparedColumn(source: source)].rank = column
            case .diff: compared[source, default: ComparedColumn(source: source)].diff = column
            case .z: compared[source, default: ComparedColumn(source: source)].z = column
            }
        }
        comparedColumns = compared.values.sorted { $0.source < $1.source }
    }

    private static func digest(_ lines: [String]) -> String {
        SHA256.hash(data: Data(lines.joined(separator: "\n").utf8)).map { String(format: "%02x", $0) }.joined().prefix(16).description
    }

    public var names: [String] { features.map(\.name) }
    public func column(_ name: String) -> Int? { columns[name] }

    /// The columns of a group, and those that compare them within the race.
    public func columns(of group: Feature.Group) -> Set<Int> {
        Set(
            features.indices.filter { index in
                if features[index].group == group { return true }
                guard case .field(_, let base) = features[index].value else { return false }
                return columns[base].map { features[$0].group == group } ?? false
            })
    }

    /// The sets that builders keep, by version; a model names one of them.
    public static let all: [Int: FeatureSet] = [1: .ability1]

    /// Version 1.
    public static let ability1: FeatureSet = {
        let base = Feature.race + Feature.card + Feature.form + Feature.record + Feature.speed + Feature.rating + Feature.people + Feature.draw
        let compared = base.filter { Feature.comparedWithinRace.contains($0.name) }
        return FeatureSet(version: 1, base + compared.flatMap { feature in Feature.Comparison.allCases.map { Feature($0, of: feature) } })
    }()
}
