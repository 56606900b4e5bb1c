import Reporting
import Testing

@Suite struct ProfitChartTests {
    private func points(_ profits: [Double]) -> [(x: Double, y: Double)] {
        ProfitChart("t", profits: profits, xLabel: "bets").chart.series.flatMap(\.points)
    }

    @Test func `sums the profits from zero`() {
        let path = points([1, -3, 0.5])
        #expect(path.map(\.x) == [0, 1, 2, 3])
        #expect(path.map(\.y) == [0, 1, -2, -1.5])
    }

    @Test func `thins a long path and keeps its end`() {
        let path = points([Double](repeating: 1, count: 10_001))
        #expect(path.count < 4002)
        #expect(path.last?.x == 10_001 && path.last?.y == 10_001)
    }
}
