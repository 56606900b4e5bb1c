/// A race card with probabilities, odds, stakes and reasons, for a terminal or a page.
public struct RaceCardTable: Sendable {
    public struct Row: Sendable {
        public var number: String
        public var horse: String
        public var jockey: String
        /// The win probability.
        public var probability: Double
        /// Decimal odds.
        public var fairOdds: Double
        /// Decimal odds; `nil` if no price was available.
        public var marketOdds: Double?
        public var edge: Double?
        /// Stake in units.
        public var stake: Double
        public var why: String
        /// The finishing position or a code such as "PU"; `nil` before the race.
        public var result: String?

        public init(
            number: String,
            horse: String,
            jockey: String,
            probability: Double,
            fairOdds: Double,
            marketOdds: Double?,
            edge: Double?,
            stake: Double,
            why: String,
            result: String?
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
    /// Ordered by probability, largest first.
    public let rows: [Row]

    public init(title: String, subtitle: String, rows: [Row]) {
        self.title = title
        self.subtitle = subtitle
        self.rows = rows.sorted { ($1.probability, $0.number) < ($0.probability, $1.number) }
    }

    /// Returns the card as lines for a terminal.
    ///
    /// - Parameters:
    ///   - colours: whether to add ANSI colours.
    ///   - columns: the width to which lines are cut; `nil` keeps whole lines.
    public func text(colours: Bool, columns: Int? = nil) -> String {
        func paint(_ text: String, _ code: String) -> String { colours ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
        let horseWidth = min(26, rows.map { Self.width($0.horse) }.max() ?? 10)
        let jockeyWidth = min(16, rows.map { Self.width($0.jockey) }.max() ?? 8)
        let header =
            "  No  " + Self.pad("Horse", horseWidth) + "  " + Self.pad("Jockey", jockeyWidth)
            + "      p            fair  market    edge  stake  fin  why"
        let largest = rows.map(\.probability).max() ?? 1
        var lines = [paint(title, "1"), paint(subtitle, "2"), "", paint(header, "2")]
        for row in rows {
            var line = Self.line(row, horseWidth: horseWidth, jockeyWidth: jockeyWidth, largest: largest)
            if let columns, Self.width(line) > columns { line = Self.pad(line, columns - 1) + "…" }
            lines.append(row.stake > 0 ? paint(line, "32") : line)
        }
        return lines.joined(separator: "\n")
    }

    /// - Parameter largest: the largest probability of the race, whose bar is the longest.
    private static func line(_ row: Row, horseWidth: Int, jockeyWidth: Int, largest: Double) -> String {
        let bar = String(repeating: "█", count: Int((row.probability / largest * 8).rounded()))
        let probability = pad(Figure.percent(row.probability), 6, left: true)
        let fairOdds = pad(Figure.odds(row.fairOdds), 6, left: true)
        let cells: [String] = [
            "",
            pad(row.number, 2, left: true),
            pad(row.horse, horseWidth),
            pad(row.jockey, jockeyWidth),
            "\(probability) \(pad(bar, 8)) \(fairOdds)",
            pad(row.marketOdds.map(Figure.odds) ?? "-", 6, left: true),
            pad(row.edge.map(Figure.edge) ?? "-", 6, left: true),
            pad(row.stake > 0 ? Figure.units(row.stake) : "", 5, left: true),
            pad(row.result ?? "", 3, left: true),
            row.why,
        ]
        return cells.joined(separator: "  ")
    }

    /// Returns the columns that text takes on a terminal: two per Chinese, Japanese or Korean character.
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) {
            $0 + ((0x1100...0x115F).contains($1.value) || (0x2E80...0xFF60).contains($1.value) ? 2 : 1)
        }
    }

    /// Pads or cuts text to a number of columns.
    ///
    /// - Parameter left: whether the padding goes before the text.
    static func pad(_ text: String, _ columns: Int, left: Bool = false) -> String {
        var text = text
        while width(text) > columns { text.removeLast() }
        let space = String(repeating: " ", count: columns - width(text))
        return left ? space + text : text + space
    }
}
