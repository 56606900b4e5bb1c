import Racing
import Testing

@Suite struct SurfaceTests {
    @Test func `reads known surfaces and nothing else`() {
        #expect(Surface(declared: "Turf") == .turf)
        #expect(Surface(declared: "AWT") == .allWeather)
        #expect(Surface(declared: "Dirt") == .dirt)
        for text in [nil, "", "Sea"] as [String?] { #expect(Surface(declared: text) == nil) }
    }
}
