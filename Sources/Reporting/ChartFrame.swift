import Foundation

/// The drawing area of a chart: data to picture, with round ticks.
struct ChartFrame {
    static let (width, height) = (560.0, 340.0)
    private static let (left, right, top, bottom) = (64.0, 16.0, 36.0, 48.0)

    let xTicks: [Double]
    let yTicks: [Double]
    private let xRange: (low: Double, high: Double)
    private let yRange: (low: Double, high: Double)

    /// - Returns: nil where there is nothing to draw.
    init?(_ series: [Chart.Series]) {
        var (xs, ys): ([Double], [Double]) = ([], [])
        for one in series {
            xs += one.points.map(\.x)
            ys += one.points.map(\.y)
            for interval in one.intervals { ys += [interval.low, interval.high] }
            // bars stand on zero
            if one.style == .bars { ys.append(0) }
        }
        guard let xLow = xs.min(), let xHigh = xs.max(), let yLow = ys.min(), let yHigh = ys.max() else { return nil }
        xTicks = Self.ticks(xLow, xHigh)
        yTicks = Self.ticks(yLow, yHigh)
        xRange = (min(xLow, xTicks.first ?? xLow), max(xHigh, xTicks.last ?? xHigh))
        yRange = (min(yLow, yTicks.first ?? yLow), max(yHigh, yTicks.last ?? yHigh))
    }

    var plot: (left: Double, right: Double, bottom: Double) { (Self.left, Self.width - Self.right, Self.height - Self.bottom) }
    var hasZero: Bool { yRange.low < 0 && yRange.high > 0 }

    func x(_ value: Double) -> Double {
        Self.left + (value - xRange.low) / max(xRange.high - xRange.low, .leastNormalMagnitude) * (Self.width - Self.left - Self.right)
    }
    func y(_ value: Double) -> Double {
        Self.height - Self.bottom
            - (value - yRange.low) / max(yRange.high - yRange.low, .leastNormalMagnitude) * (Self.height - Self.top - Self.bottom)
    }

    /// Round numbers that span a range, five or so.
    static func ticks(_ low: Double, _ high: Double) -> [Double] {
        let span = high > low ? high - low : max(abs(high), 1)
        let rough = span / 5
        let power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5, 10].first { $0 * power >= rough * (1 - 1e-9) } ?? 10) * power
        let first = (low / step).rounded(.down)
        let count = Int(((high / step).rounded(.up) - first).rounded())
        return (0...max(count, 1)).map { (first + Double($0)) * step }
    }
}
