import Features
import Testing
import Workers

@Suite struct ReasonWordsTests {
    private let set = FeatureSet.ability1

    private func words(_ name: String, _ known: [String: Float]) -> String {
        ReasonWords(set.names.map { known[$0] ?? .nan }, set, field: 9).words(name)
    }

    @Test func aRecordIsSaidAsCounts() {
        #expect(words("course_place_rate", ["course_place_rate": 0.4, "course_wins": 3, "course_runs": 9]) == "won 3 of 9 at the course")
        #expect(words("days_since", ["days_since": 21]) == "last ran 21 days ago")
        #expect(words("beaten1", ["beaten1": 0]) == "won last time")
        #expect(words("pounds_change", ["pounds_change": -4]) == "carries 4 lb less than last time")
        #expect(
            words("jockey_win_rate_365", ["jockey_win_rate_365": 0.153, "jockey_win_rate_365_rank": 1 / 9])
                == "jockey wins at 15 % in a year, highest of 9")
        #expect(words("gpr", ["gpr": 4.25, "gpr_rank": 2.5 / 9]) == "performance rating +4.2 lb, joint 2nd highest of 9")
    }

    @Test func everyFeatureHasWordsOfItsOwn() {
        let values = Dictionary(uniqueKeysWithValues: set.names.map { ($0, Float(0.5)) })
        for name in Set(set.names.map(ReasonWords.base)) {
            let text = words(name, values)
            #expect(!text.contains("_") && !text.contains("?") && !text.isEmpty, "\(name): \(text)")
            #expect(text != "\(name.replacingOccurrences(of: "_", with: " ")) 0.5", "\(name) has no words")
            #expect(words(name, [:]).hasSuffix("not known"))
        }
    }
}
