/// What an import read, and what it left out and why. Nothing is left out silently.
public struct ImportReport: Sendable, Equatable, Codable {
    public struct Skip: Sendable, Equatable, Codable {
        /// The race, as the file names it.
        public let race: String
        public let why: String
    }

    public var races = 0
    public var runners = 0
    /// Races that were left out, with all their runners.
    public var skipped: [Skip] = []
    /// Single values that were left out or changed, by reason.
    public var mended: [String: Int] = [:]

    mutating func mend(_ what: String) { mended[what, default: 0] += 1 }
}
