import Racing
import Testing

@Suite struct HeadgearTests {
    @Test func `reads a 1 as worn for the first time`() {
        for text in ["B1", "B1/TT", "v1t", "CP1"] { #expect(Headgear.isFirstTime(text), "\(text)") }
        for text in ["B", "B2/TT", "TT-", "", "v"] { #expect(!Headgear.isFirstTime(text), "\(text)") }
        #expect(!Headgear.isFirstTime(nil))
    }

    @Test func `reads a trailing minus as taken off`() {
        #expect(Headgear.isWorn("B/TT-"))
        #expect(!Headgear.isWorn("TT-"))
        #expect(!Headgear.isWorn(""))
        #expect(!Headgear.isWorn(nil))
    }
}
