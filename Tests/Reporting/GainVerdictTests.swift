import Reporting
import Testing

@Suite struct GainVerdictTests {
    @Test func `compares the gain with two standard errors`() {
        #expect(GainVerdict(gain: 0.5, standardError: 0.125) == .better)
        #expect(GainVerdict(gain: -0.5, standardError: 0.125) == .worse)
        #expect(GainVerdict(gain: 0.25, standardError: 0.125) == .inconclusive)
    }

    @Test func `is inconclusive without a standard error`() {
        #expect(GainVerdict(gain: 1, standardError: .nan) == .inconclusive)
        #expect(GainVerdict(gain: .nan, standardError: 1) == .inconclusive)
    }
}
