import CanonicalForm
import Foundation

/// An ordered list of features under a version; messages, data sets and model bundles carry the version and the hash.
public struct FeatureSet: Sendable {
    public let version: Int
    public let features: [Feature]
    /// The first 16 hexadecimal digits of the SHA-256 of the ordered names.
    public let hash: String
    /// The same digest of names, units, meanings and history read. A data set is rebuilt when it changes, because then
    /// a feature of the same name means something else.
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
        HexDigest.sha256(lines.joined(separator: "\n"), bytes: 8)
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
            }
        )
    }

    /// The sets that feature builders keep, by version. A model names the set that it reads.
    public static let all: [Int: FeatureSet] = [1: .ability1]
}
