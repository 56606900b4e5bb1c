import Reporting
import Testing

@Suite struct FigureTests {
    @Test func `formats losses and signed values with four decimals`() {
        #expect(Figure.loss(1.98692) == "1.9869")
        #expect(Figure.signed(0.00314) == "+0.0031")
        #expect(Figure.signed(-2.5, decimals: 2) == "-2.50")
    }

    @Test func `adds standard errors without a sign`() {
        #expect(Figure.loss(1.5, error: 0.01) == "1.5000 ± 0.0100")
        #expect(Figure.signed(0.5, error: 0.125, decimals: 3) == "+0.500 ± 0.125")
        #expect(Figure.signedPercent(0.021, error: 0.008) == "+2.1% ± 0.8%")
    }

    @Test func `marks unknown values and errors`() {
        #expect(Figure.loss(.nan) == "-")
        #expect(Figure.signed(.infinity) == "-")
        #expect(Figure.loss(1, error: nil) == "1.0000 ± ?")
        #expect(Figure.signed(1, error: .nan, decimals: 0) == "+1 ± ?")
        #expect(Figure.signedPercent(0.5, error: nil, decimals: 0) == "+50% ± ?")
    }

    @Test func `shortens large odds and edges`() {
        #expect(Figure.odds(1.25) == "1.25" && Figure.odds(12.5) == "12.5" && Figure.odds(125) == "125")
        #expect(Figure.edge(0.123) == "+12.3%" && Figure.edge(2.2) == "+220%")
    }
}
