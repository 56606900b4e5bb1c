import Racing
import Testing

@Suite struct GoingTests {
    @Test func `orders bands from fast to slow`() throws {
        let declared = ["Firm", "Good", "Good To Soft", "Soft", "Heavy"]
        let bands = try declared.map { try #require(Going(declared: $0), "\($0)") }
        #expect(bands.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(bands == Going.allCases)
    }

    /// The goings in the shared files of Hong Kong, Britain, Ireland and elsewhere.
    @Test func `knows every published going`() {
        let published = [
            "GOOD", "GOOD TO FIRM", "GOOD TO YIELDING", "WET SLOW", "YIELDING", "FAST", "SOFT", "WET FAST",
            "YIELDING TO SOFT", "HEAVY", "SEALED", "Good To Firm", "Standard", "Very Soft", "Good To Soft", "Firm",
            "Muddy", "Standard To Slow", "Soft To Heavy",
        ]
        for going in published { #expect(Going(declared: going) != nil, "\(going)") }
    }

    @Test func `ignores case and spaces`() {
        #expect(Going(declared: " good  to SOFT ") == Going(declared: "Good To Soft"))
    }

    @Test func `returns nil for a missing or unknown going`() {
        for text in [nil, "", "  ", "Abandoned", "N/A"] as [String?] {
            #expect(Going(declared: text) == nil, "\(text ?? "nil")")
        }
    }
}
