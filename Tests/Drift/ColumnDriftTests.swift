import Drift
import Testing

@Suite(.timeLimit(.minutes(20))) struct ColumnDriftTests {
    private func drift(_ reference: [Double], _ current: [Double]) -> ColumnDrift {
        ColumnDrift("x", reference: ColumnSample(reference), current: ColumnSample(current))
    }

    @Test func `the default test depends on the reference's size and on how many values there are`() {
        #expect(DriftTest(referenceCount: 1000, distinct: 6) == .kolmogorovSmirnov)
        #expect(DriftTest(referenceCount: 1000, distinct: 5) == .chiSquared)
        #expect(DriftTest(referenceCount: 1000, distinct: 2) == .zTest)
        #expect(DriftTest(referenceCount: 1001, distinct: 6) == .wasserstein)
        #expect(DriftTest(referenceCount: 1001, distinct: 5) == .jensenShannon)
    }

    /// All orders of two against two: the functions are a whole apart in 2 of 6.
    @Test func `the Kolmogorov-Smirnov test counts orders`() {
        #expect(abs(DriftTest.kolmogorovSmirnov.score([1, 2], [3, 4]) - 1.0 / 3) < 1e-15)
        #expect(DriftTest.kolmogorovSmirnov.score([1, 2, 3], [1, 2, 3]) == 1)
    }

    /// Shifted by a tenth: the distance is the shift.
    @Test func `the Wasserstein distance is in standard deviations of the reference`() {
        let values = (0..<1000).map { Double($0 % 10) }
        let score = DriftTest.wasserstein.score(values.sorted(), values.map { $0 + 0.1 }.sorted())
        // The deviation of 0 to 9 is the root of 8.25.
        #expect(abs(score - 0.1 / 8.25.squareRoot()) < 1e-12)
    }

    @Test func `a column that lost all its values has drifted`() {
        let lost = drift([1, 2, 3], [.nan, .nan])
        #expect(lost.isDrifted && lost.test == nil && lost.score == nil && lost.missingShareChange == 1)
        #expect(!drift([.nan], [.nan]).isDrifted)
        #expect(drift([.nan], [4]).isDrifted)
    }

    @Test func `infinite values count as missing`() {
        let sample = ColumnSample([.infinity, 3, -.infinity, .nan, 1])
        #expect(sample.values == [1, 3] && sample.missing == 3 && sample.missingShare == 0.6 && sample.mean == 2)
    }

    @Test func `a data set has drifted if half of its columns have`() {
        #expect(DriftSummary(columns: 4, drifted: 2).isDrifted && !DriftSummary(columns: 5, drifted: 2).isDrifted)
        #expect(!DriftSummary(columns: 0, drifted: 0).isDrifted)
    }
}
