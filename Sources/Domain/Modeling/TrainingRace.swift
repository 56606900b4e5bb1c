import Racing

/// One race of a training set, with the range of its rows.
public struct TrainingRace: Sendable, Equatable {
    public let raceID: Int64
    public let day: CalendarDay
    public let rows: Range<Int>

    public init(raceID: Int64, day: CalendarDay, rows: Range<Int>) {
        self.raceID = raceID
        self.day = day
        self.rows = rows
    }
}
