import CanonicalForm
import Foundation

/// An ordered list of features under a version; messages, data sets and model bundles carry the version and the hash.
public struct FeatureSet: Sendable {
    public let version: Int
    public let features: [Feature]
    /// A digest of the values in a fixed world for each revision of the formulas, the current one last. A test compares
    /// it with the code, so a changed formula is a new revision.
    public let revisions: [String]
    /// The first 16 hexadecimal digits of the SHA-256 of the ordered names, of the version from 3 on, and of the
    /// revision if there was an earlier one: a model that was trained on other formulas must not read these.
    public let hash: String
    /// The same digest of names, units, meanings, history read and values. A data set is rebuilt when it changes,
    /// because then a feature of the same name means something else.
    public let definition: String
    let columns: [String: Int]
    let starterColumns: [StarterColumn]
    let comparedColumns: [ComparedColumn]
    let formColumns: [FormColumn]

    init(version: Int, revisions: [String], _ features: [Feature]) {
        self.version = version
        self.revisions = revisions
        self.features = features
        let revision = revisions.count > 1 ? ["revision \(revisions.count)"] : []
        // Sets 1 and 2 differ in their names, and models know them by these hashes.
        let versionLine = version > 2 ? ["version \(version)"] : []
        hash = Self.digest(features.map(\.name) + versionLine + revision)
        definition = Self.digest(
            features.map { "\($0.name)\t\($0.unit)\t\($0.meaning)\t\($0.reads)" } + [revisions.last ?? ""]
        )
        let columns = Dictionary(features.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.columns = columns
        starterColumns = features.enumerated().compactMap { column, feature in
            if case .starter(let value) = feature.value { StarterColumn(column: column, value: value) } else { nil }
        }
        var compared: [Int: ComparedColumn] = [:]
        for (column, feature) in features.enumerated() {
            guard case .field(let comparison, let base) = feature.value, let source = columns[base] else { continue }
            compared[source, default: ComparedColumn(source: source)].set(comparison, to: column)
        }
        formColumns = features.enumerated().compactMap { column, feature in
            guard case .form(let value) = feature.value else { return nil }
            return FormColumn(value: value, compared: compared[column] ?? ComparedColumn(source: column))
        }
        let formSources = Set(formColumns.map(\.compared.source))
        comparedColumns = compared.values.filter { !formSources.contains($0.source) }.sorted { $0.source < $1.source }
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
    public static let all: [Int: FeatureSet] = [1: .ability1, 2: .ability2, 3: .ability3]
    /// The set that new models read.
    public static let latest = FeatureSet.ability3
}
