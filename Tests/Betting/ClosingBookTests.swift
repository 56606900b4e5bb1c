import Betting
import Testing

@Suite struct ClosingBookTests {
    private func prices(_ bsp: Double?, _ last: Double?, _ sp: Double?) -> ClosingBook.Prices {
        ClosingBook.Prices(bsp: bsp, lastTraded: last, sp: sp)
    }

    @Test func `takes the first source that every starter has`() {
        let all = [prices(5, 6, 7), prices(2, 2.1, 2.2)]
        #expect(ClosingBook.prices(all) == [5, 2].map { ClosingPrice(odds: $0, source: .bsp) })
        let withoutBSP = [prices(nil, 6, 7), prices(2, 2.1, 2.2)]
        #expect(ClosingBook.prices(withoutBSP) == [6, 2.1].map { ClosingPrice(odds: $0, source: .last) })
        let starting = [prices(nil, 6, 7), prices(2, 1, 2.2)]
        #expect(ClosingBook.prices(starting) == [7, 2.2].map { ClosingPrice(odds: $0, source: .sp) })
    }

    @Test func `takes the source that most starters have if none is complete, and mixes none`() {
        let book = ClosingBook.prices([prices(nil, 6, nil), prices(2, 2.1, 2.2), prices(3, nil, 3.4)])
        #expect(book == [nil, ClosingPrice(odds: 2, source: .bsp), ClosingPrice(odds: 3, source: .bsp)])
        #expect(ClosingBook.prices([prices(nil, nil, nil)]) == [nil])
        #expect(ClosingBook.prices([]).isEmpty)
    }
}
