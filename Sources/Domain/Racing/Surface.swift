/// The racing surface.
public enum Surface: UInt8, Sendable {
    case turf = 0
    case allWeather = 1
    case dirt = 2

    /// Parses a declared surface.
    ///
    /// - Parameter declared: The surface as published, in any case, such as "Turf", "AWT" or "Polytrack".
    /// - Returns: `nil` if the text is missing or not a known surface.
    public init?(declared: String?) {
        switch declared?.uppercased() {
        case "TURF", "T": self = .turf
        case "AWT", "AW", "ALL WEATHER", "ALL-WEATHER", "POLYTRACK", "TAPETA", "FIBRESAND": self = .allWeather
        case "DIRT", "D": self = .dirt
        default: return nil
        }
    }
}
