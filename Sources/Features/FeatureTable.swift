/// A feature set as a table for people, made from the definitions.
extension FeatureSet {
    /// One line a feature: name, group, unit, meaning, and the history that it reads.
    public var table: [(name: String, group: String, unit: String, meaning: String, reads: String)] {
        features.map { ($0.name, $0.group.rawValue, $0.unit, $0.meaning, $0.reads) }
    }

    /// `docs/features.md`.
    public var markdown: String {
        var lines = [
            "# Feature set \(version)", "",
            "\(features.count) features, hash `\(hash)`. Made by `make docs` from the definitions in Sources/Features; a missing value is NaN.", "",
        ]
        for group in Feature.Group.allCases {
            let rows = features.filter { $0.group == group }
            guard !rows.isEmpty else { continue }
            lines += ["## \(group.rawValue)", "", "| name | unit | meaning | reads |", "|---|---|---|---|"]
            lines += rows.map { "| `\($0.name)` | \($0.unit) | \($0.meaning) | \($0.reads) |" }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}
