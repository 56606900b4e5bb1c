/// The running profit of a sequence of bets, from zero.
public struct ProfitChart: Sendable {
    private let title: String
    private let xLabel: String
    private let path: [(x: Double, y: Double)]

    /// More points would make the page large without making the line better.
    private static let pointLimit = 2000

    /// - Parameter profits: the profit of each bet in units, in order.
    public init(_ title: String, profits: [Double], xLabel: String) {
        self.title = title
        self.xLabel = xLabel
        let step = max(1, profits.count / Self.pointLimit)
        var total = 0.0
        var path = [(x: 0.0, y: 0.0)]
        for (index, profit) in profits.enumerated() {
            total += profit
            if index % step == 0 || index == profits.count - 1 { path.append((x: Double(index + 1), y: total)) }
        }
        self.path = path
    }

    public var chart: Chart {
        Chart(
            title: title,
            xLabel: xLabel,
            yLabel: "units",
            series: [Chart.Series("", .line, colour: Colour.profit, points: path)]
        )
    }
}
