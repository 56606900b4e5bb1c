/// The colours of the charts, readable on light and dark backgrounds.
enum Colour {
    static let points = "#1f77b4"
    static let bars = "#2a9d8f"
    static let profit = "#d1495b"
    static let reference = "#9aa3af"
}
