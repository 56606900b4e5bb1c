import Foundation

/// A race card for a terminal: who, how likely, at what odds, and why.
public struct RaceCardTable: Sendable {
    public struct Row: Sendable {
        public var number: String
        public var horse: String
        public var jockey: String
        public var probability: Double
        public var fairOdds: Double
        public var marketOdds: Double?
        public var edge: Double?
        public var stake: Double
        public var why: String
        /// "1", "2" ..., "PU"; nil before the race.
        public var result: String?

        public init(
            number: String, horse: String, jockey: String, probability: Double, fairOdds: Double, marketOdds: Double?, edge: Double?, stake: Double,
            why: String, result: String?
        ) {
            self.number = number
            self.horse = horse
            self.jockey = jockey
            self.probability = probability
            self.fairOdds = fairOdds
            self.marketOdds = marketOdds
            self.edge = edge
            self.stake = stake
            self.why = why
            self.result = result
        }
    }

    public let title: String
    public let subtitle: String
    public let rows: [Row]

    public init(title: String, subtitle: String, rows: [Row]) {
        self.title = title
        self.subtitle = subtitle
        self.rows = rows.sorted { ($1.probability, $0.number) < ($0.probability, $1.number) }
    }

    /// - Parameters:
    ///   - colours: for a terminal that shows them.
    ///   - columns: the terminal's width, to which lines are cut; nil: they are not.
    public func text(colours: Bool, columns: Int? = nil) -> String {
        func paint(_ text: String, _ code: String) -> String { colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
        var lines = [paint(title, "1"), paint(subtitle, "2"), ""]
        let horseWidth = min(26, rows.map { Self.width($0.horse) }.max() ?? 10)
        let jockeyWidth = min(16, rows.map { Self.width($0.jockey) }.max() ?? 8)
        let header =
            "  No  " + Self.pad("Horse", horseWidth) + "  " + Self.pad("Jockey", jockeyWidth)
            + "      p            fair  market    edge  stake  fin  why"
        lines.append(paint(header, "2"))
        let longest = rows.map(\.probability).max() ?? 1
        for row in rows {
            let bar = String(repeating: "█", count: Int((row.probability / longest * 8).rounded()))
            var line = "  " + Self.pad(row.number, 2, left: true) + "  " + Self.pad(row.horse, horseWidth) + "  " + Self.pad(row.jockey, jockeyWidth)
            line += "  " + Self.pad(Self.percent(row.probability), 6, left: true) + " " + Self.pad(bar, 8)
            line += " " + Self.pad(Self.odds(row.fairOdds), 6, left: true) + "  " + Self.pad(row.marketOdds.map(Self.odds) ?? "-", 6, left: true)
            line += "  " + Self.pad(row.edge.map(Self.signedPercent) ?? "-", 6, left: true)
            line += "  " + Self.pad(row.stake > 0 ? Self.units(row.stake) : "", 5, left: true)
            line += "  " + Self.pad(row.result ?? "", 3, left: true) + "  " + row.why
            if let columns, Self.width(line) > columns { line = Self.pad(line, columns - 1) + "…" }
            lines.append(row.stake > 0 ? paint(line, "32") : line)
        }
        return lines.joined(separator: "\n")
    }

    static func percent(_ share: Double) -> String { String(format: "%.1f%%", share * 100) }
    static func signedPercent(_ share: Double) -> String { String(format: abs(share) < 1 ? "%+.1f%%" : "%+.0f%%", share * 100) }
    static func units(_ stake: Double) -> String { String(format: "%.2f", stake) }
    static func odds(_ odds: Double) -> String {
        odds >= 100 ? String(format: "%.0f", odds) : odds >= 10 ? String(format: "%.1f", odds) : String(format: "%.2f", odds)
    }

    /// Columns on a terminal: the characters of Chinese, Japanese and Korean take two.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + ((0x1100...0x115F).contains($1.value) || (0x2E80...0xFF60).contains($1.value) ? 2 : 1) }
    }

    static func pad(_ text: String, _ columns: Int, left: Bool = false) -> String {
        var text = text
        while width(text) > columns { text.removeLast() }
        let space = String(repeating: " ", count: columns - width(text))
        return left ? space + text : text + space
    }
}
