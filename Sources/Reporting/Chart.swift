import Foundation

/// A small chart as SVG: lines, points with whiskers, and bars on linear axes.
public struct Chart: Sendable {
    public struct Series: Sendable {
        public enum Style: Sendable { case line, points, bars }
        public let name: String
        public let style: Style
        /// As CSS has it.
        public let colour: String
        public let points: [(x: Double, y: Double)]
        /// Of each point, from and to; drawn as a whisker. None, or one for each point.
        public let intervals: [(low: Double, high: Double)]

        public init(_ name: String, _ style: Style, colour: String, points: [(x: Double, y: Double)], intervals: [(low: Double, high: Double)] = []) {
            self.name = name
            self.style = style
            self.colour = colour
            self.points = points
            self.intervals = intervals
        }
    }

    public let title: String
    public let xLabel: String
    public let yLabel: String
    public let series: [Series]

    public init(title: String, xLabel: String, yLabel: String, series: [Series]) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
    }

    /// A `<figure>` with the drawing and its legend.
    public var svg: String {
        guard let frame = ChartFrame(series) else {
            return "<figure><figcaption>\(Self.escape(title))</figcaption><p class=\"empty\">nothing to show</p></figure>"
        }
        let (left, right, bottom) = frame.plot
        let size = "\(Int(ChartFrame.width)) \(Int(ChartFrame.height))"
        var parts = ["<svg viewBox=\"0 0 \(size)\" role=\"img\" aria-label=\"\(Self.escape(title))\">"]
        parts.append(Self.text(title, "title", x: left, y: 20))
        for tick in frame.yTicks {
            parts.append(Self.line("class=\"grid\"", (left, frame.y(tick)), (right, frame.y(tick))))
            parts.append(Self.text(Self.label(tick), "tick\" text-anchor=\"end", x: left - 6, y: frame.y(tick) + 4))
        }
        for tick in frame.xTicks {
            parts.append(Self.text(Self.label(tick), "tick\" text-anchor=\"middle", x: frame.x(tick), y: bottom + 16))
        }
        if frame.hasZero { parts.append(Self.line("class=\"zero\"", (left, frame.y(0)), (right, frame.y(0)))) }
        for one in series { parts += Self.draw(one, frame) }
        parts.append(Self.text(xLabel, "label\" text-anchor=\"middle", x: (left + right) / 2, y: ChartFrame.height - 10))
        let middle = Self.number(ChartFrame.height / 2)
        parts.append(Self.text(yLabel, "label\" text-anchor=\"middle\" transform=\"rotate(-90 14 \(middle))", x: 14, y: ChartFrame.height / 2))
        parts.append("</svg>")
        let named = series.filter { !$0.name.isEmpty }
        let legend = named.map { "<span style=\"color:\($0.colour)\">■</span> \(Self.escape($0.name))" }.joined(separator: " &nbsp; ")
        return "<figure>\(parts.joined())<figcaption>\(legend)</figcaption></figure>"
    }

    private static func draw(_ series: Series, _ frame: ChartFrame) -> [String] {
        let colour = "stroke=\"\(series.colour)\""
        switch series.style {
        case .line:
            let path = series.points.map { "\(number(frame.x($0.x))),\(number(frame.y($0.y)))" }.joined(separator: " ")
            return ["<polyline fill=\"none\" \(colour) stroke-width=\"2\" points=\"\(path)\"/>"]
        case .points:
            let whiskers = zip(series.points, series.intervals).map { point, interval in
                line(colour, (frame.x(point.x), frame.y(interval.low)), (frame.x(point.x), frame.y(interval.high)))
            }
            return whiskers
                + series.points.map { point in
                    "<circle fill=\"\(series.colour)\" cx=\"\(number(frame.x(point.x)))\" cy=\"\(number(frame.y(point.y)))\" r=\"3.5\"/>"
                }
        case .bars:
            let gap = zip(series.points, series.points.dropFirst()).map { frame.x($1.x) - frame.x($0.x) }.min() ?? 40
            let bar = max(gap * 0.85, 1)
            return series.points.map { point in
                let (from, to) = (min(frame.y(0), frame.y(point.y)), max(frame.y(0), frame.y(point.y)))
                let x = min(max(frame.x(point.x) - bar / 2, frame.plot.left), frame.plot.right - bar)
                return
                    "<rect fill=\"\(series.colour)\" x=\"\(number(x))\" y=\"\(number(from))\" width=\"\(number(bar))\" height=\"\(number(to - from))\"/>"
            }
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func line(_ attributes: String, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) -> String {
        "<line \(attributes) x1=\"\(number(from.x))\" y1=\"\(number(from.y))\" x2=\"\(number(to.x))\" y2=\"\(number(to.y))\"/>"
    }

    private static func text(_ text: String, _ attributes: String, x: Double, y: Double) -> String {
        "<text class=\"\(attributes)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escape(text))</text>"
    }

    private static func label(_ value: Double) -> String {
        let text = String(format: "%.4g", value)
        return text == "-0" ? "0" : text
    }

    static func escape(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
            .replacingOccurrences(of: "\"", with: "&quot;")
    }
}
