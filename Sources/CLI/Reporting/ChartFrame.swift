import Foundation

/// Maps data to the drawing area of a chart, with ticks at round numbers.
struct ChartFrame {
    /// The size of the picture in pixels.
    static let width = 560.0
    static let height = 340.0

    private static let leftMargin = 64.0
    private static let rightMargin = 16.0
    private static let topMargin = 36.0
    private static let bottomMargin = 48.0

    let xTicks: [Double]
    let yTicks: [Double]
    private let xRange: (low: Double, high: Double)
    private let yRange: (low: Double, high: Double)

    /// - Returns: `nil` if there is nothing to draw.
    init?(_ series: [Chart.Series]) {
        var xs: [Double] = []
        var ys: [Double] = []
        for one in series {
            xs += one.points.map(\.x)
            ys += one.points.map(\.y)
            for interval in one.intervals { ys += [interval.low, interval.high] }
            // Bars start at zero.
            if one.style == .bars { ys.append(0) }
        }
        guard let xLow = xs.min(), let xHigh = xs.max(), let yLow = ys.min(), let yHigh = ys.max() else { return nil }
        xTicks = Self.ticks(xLow, xHigh)
        yTicks = Self.ticks(yLow, yHigh)
        xRange = (low: min(xLow, xTicks.first ?? xLow), high: max(xHigh, xTicks.last ?? xHigh))
        yRange = (low: min(yLow, yTicks.first ?? yLow), high: max(yHigh, yTicks.last ?? yHigh))
    }

    /// The edges of the drawing area in pixels.
    var plot: (left: Double, right: Double, bottom: Double) {
        (left: Self.leftMargin, right: Self.width - Self.rightMargin, bottom: Self.height - Self.bottomMargin)
    }

    /// Whether zero lies between the lowest and the highest value.
    var hasZero: Bool { yRange.low < 0 && yRange.high > 0 }

    /// Returns the horizontal position of a value in pixels.
    func x(_ value: Double) -> Double {
        let span = max(xRange.high - xRange.low, .leastNormalMagnitude)
        return Self.leftMargin + (value - xRange.low) / span * (Self.width - Self.leftMargin - Self.rightMargin)
    }

    /// Returns the vertical position of a value in pixels, from the top.
    func y(_ value: Double) -> Double {
        let span = max(yRange.high - yRange.low, .leastNormalMagnitude)
        let height = Self.height - Self.topMargin - Self.bottomMargin
        return Self.height - Self.bottomMargin - (value - yRange.low) / span * height
    }

    /// Returns about five round numbers that span a range.
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
