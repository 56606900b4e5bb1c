/// A line without axes: how a value moved.
public enum Sparkline {
    /// An `<svg>` of 120 by 28 points; empty for fewer than two points.
    ///
    /// - Parameters:
    ///   - points: ascending in x.
    ///   - label: what a screen reader says.
    public static func svg(_ points: [(x: Double, y: Double)], label: String) -> String {
        guard points.count > 1, let first = points.first, let last = points.last, last.x > first.x else { return "" }
        let (low, high) = points.reduce((Double.infinity, -Double.infinity)) { (min($0.0, $1.y), max($0.1, $1.y)) }
        func place(_ point: (x: Double, y: Double)) -> (x: String, y: String) {
            let y = high > low ? 25 - 22 * (point.y - low) / (high - low) : 14
            return (SVG.number(2 + 112 * (point.x - first.x) / (last.x - first.x)), SVG.number(y))
        }
        let line = points.map { place($0) }.map { "\($0.x),\($0.y)" }.joined(separator: " ")
        let end = place(last)
        return "<svg class=\"spark\" viewBox=\"0 0 120 28\" width=\"120\" height=\"28\" role=\"img\" "
            + "aria-label=\"\(HTML.escape(label))\"><polyline fill=\"none\" stroke=\"currentColor\" "
            + "stroke-width=\"1.5\" points=\"\(line)\"/>"
            + "<circle cx=\"\(end.x)\" cy=\"\(end.y)\" r=\"2.2\" fill=\"currentColor\"/></svg>"
    }
}
