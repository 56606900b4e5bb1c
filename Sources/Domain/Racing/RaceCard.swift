import Foundation

/// The facts about a race that are known before it is run.
public struct RaceCard: Sendable, Equatable {
    public var raceID: Int64
    public var day: CalendarDay
    public var region: String
    public var courseID: Int64
    public var courseName: String
    /// Local time at the course; `nil` if unknown.
    public var off: WallTime?
    public var name: String
    public var raceClass: String?
    public var pattern: String?
    /// The range of official ratings, such as "60-40".
    public var ratingBand: String?
    public var furlongs: Double
    public var metres: Int
    public var going: String?
    public var surface: String?
    /// The declared runners that are not withdrawn, ordered by runner ID.
    public var runners: [DeclaredRunner]

    public init(
        raceID: Int64,
        day: CalendarDay,
        region: String,
        courseID: Int64,
        courseName: String,
        off: WallTime?,
        name: String,
        raceClass: String?,
        pattern: String?,
        ratingBand: String?,
        furlongs: Double,
        metres: Int,
        going: String?,
        surface: String?,
        runners: [DeclaredRunner] = []
    ) {
        self.raceID = raceID
        self.day = day
        self.region = region
        self.courseID = courseID
        self.courseName = courseName
        self.off = off
        self.name = name
        self.raceClass = raceClass
        self.pattern = pattern
        self.ratingBand = ratingBand
        self.furlongs = furlongs
        self.metres = metres
        self.going = going
        self.surface = surface
        self.runners = runners
    }

    /// Returns the time zone of the course.
    ///
    /// - Throws: `RacingError` if the zone is unknown.
    public func zone() throws(RacingError) -> TimeZone { try CourseZone.zone(region: region, course: courseName) }

    /// Returns the instant of the off.
    ///
    /// - Throws: `RacingError` if the card has no off time, or if the zone of the course is unknown.
    public func offInstant() throws(RacingError) -> Instant {
        guard let off else { throw RacingError("race \(raceID) has no off time") }
        return off.instant(on: day, in: try zone())
    }

    /// Whether the race is a handicap, which has its own each-way terms.
    ///
    /// Handicaps and classified stakes have a rating band, but classified stakes are run at level weights.
    public var isHandicap: Bool {
        let words = name.lowercased()
        if words.contains("handicap") || words.contains("hcap") || name.hasSuffix("讓賽") { return true }
        return ratingBand != nil && !words.contains("classified")
    }
}
