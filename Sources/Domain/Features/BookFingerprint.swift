import Racing

/// Identifies the runs that a form book holds before a day. Every message built from the book carries it.
public struct BookFingerprint: Sendable, Hashable, Codable {
    /// The day of the newest run before the horizon; day 0 if there is none.
    public let throughDay: CalendarDay
    public let runs: Int

    public init(throughDay: CalendarDay, runs: Int) {
        self.throughDay = throughDay
        self.runs = runs
    }
}
