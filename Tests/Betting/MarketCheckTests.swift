import Betting
import Testing

@Suite struct MarketCheckTests {
    private func fault(_ quotes: [(back: Double?, lay: Double?, age: Double?)]) -> String? {
        MarketCheck.fault(quotes.map { MarketCheck.Quote(back: $0.back, lay: $0.lay, age: $0.age) }, StakingPolicy())
    }

    @Test func `finds no fault in a sound market`() {
        #expect(
            fault([(2, 2.02, 10), (2.1, 2.1, 20), (40, nil, 5000)]) == nil,
            "one stale outsider does not make the market stale"
        )
        #expect(fault([(2, nil, nil), (3, nil, nil)]) == nil)
        #expect(fault([]) == nil)
    }

    @Test func `names crossed, stale and overpriced markets`() {
        #expect(fault([(5, 4.8, 10), (1.3, 1.31, 10)])?.hasPrefix("crossed market: 5.0 to back, 4.8 to lay") == true)
        #expect(fault([(2, nil, 2700), (2.1, nil, 3600)]) == "stale market: the newest price is 45 minutes old")
        #expect(fault([(1.1, nil, 1), (1.1, nil, 1)])?.hasPrefix("book of 182 %") == true)
        #expect(
            fault([(1.1, nil, 1), (1.1, nil, 1), (nil, nil, nil)]) == nil,
            "the book is unknown if a price is missing"
        )
    }
}
