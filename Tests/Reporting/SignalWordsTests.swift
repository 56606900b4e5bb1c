import Reporting
import Testing

@Suite struct SignalWordsTests {
    private let reasons = """
        {"gates": ["daily cap"], "missing": ["going"], "warnings": [],
         "why": [{"words": "won 3 of 4", "push": 0.5}, {"words": "top weight", "push": -0.25},
                 {"words": "drawn 2", "push": 0.125}]}
        """

    @Test func `shows the two largest contributions with their signs`() {
        #expect(SignalWords(reasonsJSON: reasons, stake: 0).line == "+ won 3 of 4; - top weight")
    }

    @Test func `adds the gates of a staked signal`() {
        #expect(SignalWords(reasonsJSON: reasons, stake: 1).line == "+ won 3 of 4; - top weight; daily cap")
    }

    @Test func `shows gates and missing inputs without contributions`() {
        let reasons = #"{"gates": ["no edge"], "missing": ["going"], "warnings": []}"#
        #expect(SignalWords(reasonsJSON: reasons, stake: 0).line == "no edge; going")
    }

    @Test func `is empty if the reasons cannot be read`() {
        #expect(SignalWords(reasonsJSON: "{}", stake: 1).line.isEmpty)
    }
}
