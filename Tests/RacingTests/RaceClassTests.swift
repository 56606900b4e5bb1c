import Racing
import Testing

@Suite struct RaceClassTests {
    @Test func theClassBonusLineByLine() {
        let patterns: [(String, Double)] = [
            ("Group 1", 8), ("Grade 1", 8), ("Group 2", 6), ("Grade 2", 6), ("Group 3", 4), ("Grade 3", 4), ("Listed", 3), ("HK Group 1", 8),
            ("HK Group 3", 4), ("group 2", 6),
        ]
        for (pattern, bonus) in patterns {
            #expect(RaceClass.bonus(pattern: pattern, raceClass: nil) == bonus, "\(pattern)")
            #expect(RaceClass.bonus(pattern: nil, raceClass: pattern) == bonus, "\(pattern) in the class column, as in Hong Kong")
        }
        for (name, bonus) in [("Class 1", 5.0), ("Class 2", 3), ("Class 3", 2), ("Class 4", 1), ("Class 5", 0.5), ("Class 4 (Restricted)", 1)] {
            #expect(RaceClass.bonus(pattern: nil, raceClass: name) == bonus, "\(name)")
            #expect(RaceClass.bonus(pattern: "", raceClass: name) == bonus, "\(name) with an empty pattern")
        }
    }

    @Test func thePatternGoesBeforeTheClass() {
        #expect(RaceClass.bonus(pattern: "Group 1", raceClass: "Class 1") == 8)
        #expect(RaceClass.bonus(pattern: "Listed", raceClass: "Class 1") == 3)
    }

    @Test func whatSaysNothingIsNil() {
        #expect(RaceClass.bonus(pattern: nil, raceClass: nil) == nil)
        #expect(RaceClass.bonus(pattern: "", raceClass: "") == nil)
    }
}

@Suite struct DistanceTests {
    @Test func poundsPerLengthAtTheBoundaries() {
        let table: [(Double, Double)] = [
            (4, 4.0), (4.99, 4.0), (5, 3.8), (6, 3.8), (6.49, 3.8), (6.5, 3.0), (8, 3.0), (9.49, 3.0), (9.5, 2.5), (12, 2.5), (12.49, 2.5),
            (12.5, 2.0),
            (20, 2.0), (34, 2.0),
        ]
        for (furlongs, pounds) in table { #expect(Distance.poundsPerLength(furlongs: furlongs) == pounds, "\(furlongs)f") }
    }

    @Test func metresAreFurlongs() {
        let fourteenHundred = 1400 / Distance.metresPerFurlong
        let twoThousand = 2000 / Distance.metresPerFurlong
        #expect(abs(fourteenHundred - 6.96) < 0.005)
        #expect(abs(twoThousand - 9.94) < 0.005)
        #expect(Distance.poundsPerLength(furlongs: fourteenHundred) == 3.0)
        #expect(Distance.poundsPerLength(furlongs: twoThousand) == 2.5)
    }

    @Test func bandsGrowWithTheDistance() {
        let bands = stride(from: 4.0, through: 20, by: 0.25).map { Distance.band(furlongs: $0) }
        #expect(bands == bands.sorted())
        #expect(Set(bands).count == 7)
    }
}

@Suite struct HeadgearTests {
    @Test func firstTimeIsATrailingOne() {
        for text in ["B1", "B1/TT", "v1t", "CP1"] { #expect(Headgear.isFirstTime(text), "\(text)") }
        for text in ["B", "B2/TT", "TT-", "", "v"] { #expect(!Headgear.isFirstTime(text), "\(text)") }
        #expect(!Headgear.isFirstTime(nil))
    }

    @Test func takenOffIsNotWorn() {
        #expect(Headgear.isWorn("B/TT-"))
        #expect(!Headgear.isWorn("TT-"))
        #expect(!Headgear.isWorn(""))
        #expect(!Headgear.isWorn(nil))
    }
}
