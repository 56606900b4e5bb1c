import Features
import Foundation
import Testing

@Suite struct FeatureTableTests {
    @Test func `the feature document is up to date`() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../docs/features.md"
        ).standardizedFileURL
        let document = try String(contentsOf: path, encoding: .utf8)
        #expect(document == FeatureSet.latest.markdown + "\n", "run make docs")
    }

    @Test(arguments: [1, 2, 3]) func `describes every feature once`(version: Int) throws {
        let table = try #require(FeatureSet.all[version]).table
        #expect(Set(table.map(\.name)).count == table.count && table.count >= 30)
        for row in table { #expect(!row.unit.isEmpty && !row.meaning.isEmpty && !row.reads.isEmpty, "\(row.name)") }
        #expect(Set(table.map(\.meaning)).count == table.count, "two features have the same meaning")
    }
}
