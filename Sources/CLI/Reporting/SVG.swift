import Foundation

/// The SVG elements that charts are made of.
enum SVG {
    /// Returns a coordinate with one decimal.
    static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    static func line(
        _ attributes: String,
        from start: (x: Double, y: Double),
        to end: (x: Double, y: Double)
    ) -> String {
        "<line \(attributes) x1=\"\(number(start.x))\" y1=\"\(number(start.y))\" "
            + "x2=\"\(number(end.x))\" y2=\"\(number(end.y))\"/>"
    }

    /// - Parameters:
    ///   - name: the CSS class.
    ///   - attributes: more attributes of the element.
    static func text(_ text: String, class name: String, _ attributes: String = "", x: Double, y: Double) -> String {
        "<text class=\"\(name)\" \(attributes) x=\"\(number(x))\" y=\"\(number(y))\">\(HTML.escape(text))</text>"
    }
}
