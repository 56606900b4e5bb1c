import Racing

/// A row of `racing.races`, with names in place of ids.
public struct RaceRecord: Sendable, Equatable {
    public var raceID: Int64
    public var key: String
    public var day: CalendarDay
    public var region: String
    public var course: String
    public var off: WallTime?
    public var name: String?
    public var type: String?
    public var raceClass: String?
    public var pattern: String?
    public var ratingBand: String?
    public var ageBand: String?
    public var sexRestriction: String?
    /// The distance as published, such as 2m3½f.
    public var distance: String?
    public var furlongs: Double?
    public var metres: Int?
    public var going: String?
    public var surface: String?
    /// The number of starters.
    public var ran: Int?
    /// Whether the race has not been run yet.
    public var isPreliminary = false

    public init(raceID: Int64, key: String, day: CalendarDay, region: String, course: String) {
        self.raceID = raceID
        self.key = key
        self.day = day
        self.region = region
        self.course = course
    }
}
