/// The counts of an import: read, left out and corrected. Nothing is dropped silently.
public struct ImportReport: Sendable, Equatable, Codable {
    public struct Skip: Sendable, Equatable, Codable {
        /// The race's id in the file.
        public let race: String
        public let why: String
    }

    public var races = 0
    public var runners = 0
    /// Races that were left out, with all their runners.
    public var skipped: [Skip] = []
    /// The number of single values that were left out or changed, by reason.
    public var corrections: [String: Int] = [:]

    private enum CodingKeys: String, CodingKey {
        case races, runners, skipped
        case corrections = "mended"
    }

    mutating func countCorrection(_ reason: String) { corrections[reason, default: 0] += 1 }
}
