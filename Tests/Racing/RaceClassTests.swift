import Racing
import Testing

@Suite struct RaceClassTests {
    @Test func `gives each class its bonus`() {
        let patterns: [(String, Double)] = [
            ("Group 1", 8), ("Grade 1", 8), ("Group 2", 6), ("Grade 2", 6), ("Group 3", 4), ("Grade 3", 4),
            ("Listed", 3), ("HK Group 1", 8), ("HK Group 3", 4), ("group 2", 6),
        ]
        for (pattern, bonus) in patterns {
            #expect(RaceClass.bonus(pattern: pattern, raceClass: nil) == bonus, "\(pattern)")
            #expect(
                RaceClass.bonus(pattern: nil, raceClass: pattern) == bonus,
                "\(pattern) in the class column"
            )
        }
        for (name, bonus) in [
            ("Class 1", 5.0), ("Class 2", 3), ("Class 3", 2), ("Class 4", 1), ("Class 5", 0.5),
            ("Class 4 (Restricted)", 1),
        ] {
            #expect(RaceClass.bonus(pattern: nil, raceClass: name) == bonus, "\(name)")
            #expect(RaceClass.bonus(pattern: "", raceClass: name) == bonus, "\(name) with an empty pattern")
        }
    }

    @Test func `prefers the pattern to the class`() {
        #expect(RaceClass.bonus(pattern: "Group 1", raceClass: "Class 1") == 8)
        #expect(RaceClass.bonus(pattern: "Listed", raceClass: "Class 1") == 3)
    }

    @Test func `returns nil without a pattern and a class`() {
        #expect(RaceClass.bonus(pattern: nil, raceClass: nil) == nil)
        #expect(RaceClass.bonus(pattern: "", raceClass: "") == nil)
    }
}
