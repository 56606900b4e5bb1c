import CanonicalForm
import Features
import Racing
import Seeded
import Testing

@Suite struct FeatureRevisionTests {
    /// Data sets, cached audits and models are current as long as the definition of their set is: it must change with
    /// the formulas and constants that the values of a small world depend on.
    @Test(arguments: [1, 2]) func `a set has the values of its current revision`(version: Int) throws {
        let set = try #require(FeatureSet.all[version])
        let races = TestWorld.races(7)
        let book = FormBook(races)
        let words = races.flatMap { entry in
            set.build(entry.race, entry.runs.map(\.runner), book: book, horizon: entry.race.day).values.map { value in
                value.isNaN ? "-" : String(value.bitPattern, radix: 16)
            }
        }
        let digest = HexDigest.sha256(words.joined(separator: " "), bytes: 8)
        #expect(
            digest == set.revisions.last,
            "the values of set \(version) have changed: append \"\(digest)\" to its revisions, and train new models"
        )
    }

    /// Models that were trained on set 1 before there was a set 2 go on scoring.
    @Test func `set 1 keeps its hash`() { #expect(FeatureSet.ability1.hash == "d006bbb69d5dccb8") }

    /// Otherwise the contribution of a feature is counted for one that does not exist.
    @Test(arguments: [1, 2]) func `only comparisons have another base`(version: Int) throws {
        let set = try #require(FeatureSet.all[version])
        for name in set.names {
            let base = ReasonWords.base(name)
            #expect(set.names.contains(base), "\(name)")
            #expect(base == name || ["_rank", "_diff", "_z", "_mean", "_front"].contains { name == base + $0 })
        }
    }
}
