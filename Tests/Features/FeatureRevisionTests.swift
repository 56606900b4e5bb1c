import CanonicalForm
import Features
import Racing
import Seeded
import Testing

@Suite struct FeatureRevisionTests {
    /// Data sets, cached audits and models are current as long as the definition of their set is: it must change with
    /// the formulas and constants that the values of a small world depend on.
    @Test(arguments: [1, 2, 3]) func `a set has the values of its current revision`(version: Int) throws {
        let set = try #require(FeatureSet.all[version])
        // The world of sets 1 and 2 has no dead heats and no falls; the next test has.
        let digest = digest(set, TestWorld.races(7, hasIncidents: version > 2))
        #expect(
            digest == set.revisions.last,
            "the values of set \(version) have changed: append \"\(digest)\" to its revisions, and train new models"
        )
    }

    /// Only set 3 has other rules for dead heats and falls.
    @Test func `older sets keep their values in a world with dead heats and falls`() {
        let races = TestWorld.races(7, hasIncidents: true)
        #expect(digest(.ability1, races) == "4e3b2dcef5bb4f31")
        #expect(digest(.ability2, races) == "800e39f6f6a75ca6")
    }

    private func digest(_ set: FeatureSet, _ races: [TestWorld.Entry]) -> String {
        let book = FormBook(races)
        let words = races.flatMap { entry in
            set.build(entry.race, entry.runs.map(\.runner), book: book, horizon: entry.race.day).values.map { value in
                value.isNaN ? "-" : String(value.bitPattern, radix: 16)
            }
        }
        return HexDigest.sha256(words.joined(separator: " "), bytes: 8)
    }

    /// Models that were trained on an older set go on scoring.
    @Test func `sets keep their hashes`() {
        #expect(FeatureSet.ability1.hash == "d006bbb69d5dccb8")
        #expect(FeatureSet.ability2.hash == "a8ebbf23b8474df8")
        #expect(Set(FeatureSet.all.values.map(\.hash)).count == FeatureSet.all.count)
    }

    /// Otherwise the contribution of a feature is counted for one that does not exist.
    @Test(arguments: [1, 2, 3]) func `only comparisons have another base`(version: Int) throws {
        let set = try #require(FeatureSet.all[version])
        for name in set.names {
            let base = ReasonWords.base(name)
            #expect(set.names.contains(base), "\(name)")
            #expect(base == name || ["_rank", "_diff", "_z", "_mean", "_front"].contains { name == base + $0 })
        }
    }
}
