/// One series of a chart as SVG elements.
struct SeriesDrawing {
    private let series: Chart.Series
    private let frame: ChartFrame

    /// The share of the distance between two bars that a bar fills.
    private static let barShare = 0.85
    /// The width of a single bar, before `barShare`.
    private static let singleBarWidth = 40.0

    init(_ series: Chart.Series, _ frame: ChartFrame) {
        self.series = series
        self.frame = frame
    }

    var elements: [String] {
        switch series.style {
        case .line: [line]
        case .points: whiskers + circles
        case .bars: bars
        }
    }

    private var stroke: String { "stroke=\"\(series.colour)\"" }

    private var line: String {
        let path = series.points.map { "\(SVG.number(frame.x($0.x))),\(SVG.number(frame.y($0.y)))" }
        return "<polyline fill=\"none\" \(stroke) stroke-width=\"2\" points=\"\(path.joined(separator: " "))\"/>"
    }

    private var whiskers: [String] {
        zip(series.points, series.intervals).map { point, interval in
            let x = frame.x(point.x)
            return SVG.line(stroke, from: (x: x, y: frame.y(interval.low)), to: (x: x, y: frame.y(interval.high)))
        }
    }

    private var circles: [String] {
        series.points.map { point in
            let x = SVG.number(frame.x(point.x))
            let y = SVG.number(frame.y(point.y))
            return "<circle fill=\"\(series.colour)\" cx=\"\(x)\" cy=\"\(y)\" r=\"3.5\"/>"
        }
    }

    private var bars: [String] {
        let distances = zip(series.points, series.points.dropFirst()).map { frame.x($1.x) - frame.x($0.x) }
        let width = max((distances.min() ?? Self.singleBarWidth) * Self.barShare, 1)
        return series.points.map { point in
            let top = min(frame.y(0), frame.y(point.y))
            let bottom = max(frame.y(0), frame.y(point.y))
            let x = min(max(frame.x(point.x) - width / 2, frame.plot.left), frame.plot.right - width)
            return "<rect fill=\"\(series.colour)\" x=\"\(SVG.number(x))\" y=\"\(SVG.number(top))\" "
                + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(bottom - top))\"/>"
        }
    }
}
