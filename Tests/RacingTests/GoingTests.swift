import Racing
import Testing

@Suite struct GoingTests {
    @Test func bandsGoFromFastToSlow() throws {
        let declared = ["Firm", "Good", "Good To Soft", "Soft", "Heavy"]
        let bands = try declared.map { try #require(Going(declared: $0), "\($0)") }
        #expect(bands.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(bands == Going.allCases)
    }

    /// Every going in the shared files of Hong Kong and of Britain, Ireland and beyond.
    @Test func everyPublishedGoingHasABand() {
        let published = [
            "GOOD", "GOOD TO FIRM", "GOOD TO YIELDING", "WET SLOW", "YIELDING", "FAST", "SOFT", "WET FAST", "YIELDING TO SOFT", "HEAVY", "SEALED",
            "Good To Firm", "Standard", "Very Soft", "Good To Soft", "Firm", "Muddy", "Standard To Slow", "Soft To Heavy",
        ]
        for going in published { #expect(Going(declared: going) != nil, "\(going)") }
    }

    @Test func caseAndSpacesDoNotMatter() {
        #expect(Going(declared: " good  to SOFT ") == Going(declared: "Good To Soft"))
    }

    @Test func missingStaysMissing() {
        for text in [nil, "", "  ", "Abandoned", "N/A"] as [String?] { #expect(Going(declared: text) == nil, "\(text ?? "nil")") }
    }

    @Test func surfaces() {
        #expect(Surface(declared: "Turf") == .turf)
        #expect(Surface(declared: "AWT") == .allWeather)
        #expect(Surface(declared: "Dirt") == .dirt)
        for text in [nil, "", "Sea"] as [String?] { #expect(Surface(declared: text) == nil) }
    }
}
