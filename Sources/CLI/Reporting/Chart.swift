import Foundation

/// A small SVG chart: lines, points with whiskers, or bars on linear axes.
public struct Chart: Sendable {
    public struct Series: Sendable {
        public enum Style: Sendable { case line, points, bars }

        /// The name in the legend; empty for none.
        public let name: String
        public let style: Style
        /// A CSS colour.
        public let colour: String
        public let points: [(x: Double, y: Double)]
        /// The whisker of each point; either empty, or one interval per point.
        public let intervals: [(low: Double, high: Double)]

        public init(
            _ name: String,
            _ style: Style,
            colour: String,
            points: [(x: Double, y: Double)],
            intervals: [(low: Double, high: Double)] = []
        ) {
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
        let escapedTitle = HTML.escape(title)
        guard let frame = ChartFrame(series) else {
            return "<figure><figcaption>\(escapedTitle)</figcaption><p class=\"empty\">nothing to show</p></figure>"
        }
        let size = "\(Int(ChartFrame.width)) \(Int(ChartFrame.height))"
        let drawing = axes(frame) + series.flatMap { SeriesDrawing($0, frame).elements } + labels(frame)
        return "<figure><svg viewBox=\"0 0 \(size)\" role=\"img\" aria-label=\"\(escapedTitle)\">"
            + "\(drawing.joined())</svg><figcaption>\(legend)</figcaption></figure>"
    }

    /// The title, the grid with its ticks, and the zero line.
    private func axes(_ frame: ChartFrame) -> [String] {
        let plot = frame.plot
        var elements = [SVG.text(title, class: "title", x: plot.left, y: 20)]
        for tick in frame.yTicks {
            let y = frame.y(tick)
            elements.append(SVG.line("class=\"grid\"", from: (x: plot.left, y: y), to: (x: plot.right, y: y)))
            elements.append(
                SVG.text(Self.label(tick), class: "tick", "text-anchor=\"end\"", x: plot.left - 6, y: y + 4)
            )
        }
        for tick in frame.xTicks {
            let x = frame.x(tick)
            elements.append(SVG.text(Self.label(tick), class: "tick", Self.centred, x: x, y: plot.bottom + 16))
        }
        if frame.hasZero {
            let y = frame.y(0)
            elements.append(SVG.line("class=\"zero\"", from: (x: plot.left, y: y), to: (x: plot.right, y: y)))
        }
        return elements
    }

    private func labels(_ frame: ChartFrame) -> [String] {
        let centre = (frame.plot.left + frame.plot.right) / 2
        let middle = ChartFrame.height / 2
        let rotation = "transform=\"rotate(-90 14 \(SVG.number(middle)))\""
        return [
            SVG.text(xLabel, class: "label", Self.centred, x: centre, y: ChartFrame.height - 10),
            SVG.text(yLabel, class: "label", "\(Self.centred) \(rotation)", x: 14, y: middle),
        ]
    }

    private static let centred = "text-anchor=\"middle\""

    private var legend: String {
        let entries = series.filter { !$0.name.isEmpty }.map { one in
            "<span style=\"color:\(one.colour)\">■</span> \(HTML.escape(one.name))"
        }
        return entries.joined(separator: " &nbsp; ")
    }

    private static func label(_ tick: Double) -> String {
        let text = String(format: "%.4g", tick)
        return text == "-0" ? "0" : text
    }
}
