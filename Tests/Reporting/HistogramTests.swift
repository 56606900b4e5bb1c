import Reporting
import Testing

@Suite struct HistogramTests {
    @Test func `counts every value in bins of equal width`() {
        let bins = Histogram((0..<100).map(Double.init)).bins
        #expect(bins.count == 20)
        #expect(bins.allSatisfy { $0.count == 5 })
        for (bin, next) in zip(bins, bins.dropFirst()) { #expect(abs(next.centre - bin.centre - 4.95) < 1e-9) }
    }

    @Test func `puts the largest value in the last bin`() {
        #expect(Histogram([0, 1, 2, 3, 4, 5]).bins.map(\.count) == [1, 1, 1, 1, 2])
    }

    @Test func `puts equal values in one bin`() {
        #expect(Histogram([2, 2, 2]).bins.map(\.centre) == [2])
        #expect(Histogram([2, 2, 2]).bins.map(\.count) == [3])
    }

    @Test func `ignores values that are not finite`() {
        #expect(Histogram([]).bins.isEmpty)
        #expect(Histogram([.nan, .infinity]).bins.isEmpty)
        #expect(Histogram([.nan, 1]).bins.map(\.count) == [1])
    }
}
