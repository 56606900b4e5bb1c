import Foundation

/// What is known of a race before it is run.
public struct RaceCard: Sendable, Equatable {
    public var raceID: Int64
    public var day: CalendarDay
    public var region: String
    public var courseID: Int64
    public var courseName: String
    /// Wall time at the course.
    public var off: WallTime?
    public var name: String
    public var raceClass: String?
    public var pattern: String?
    public var ratingBand: String?
    public var furlongs: Double
    public var metres: Int
    public var going: String?
    public var surface: String?
    /// Declared and not withdrawn, by runner id.
    public var runners: [DeclaredRunner]

    public init(
        raceID: Int64, day: CalendarDay, region: String, courseID: Int64, courseName: String, off: WallTime?, name: String, raceClass: String?,
        pattern: String?, ratingBand: String?, furlongs: Double, metres: Int, going: String?, surface: String?, runners: [DeclaredRunner] = []
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

    public func zone() throws(RacingError) -> TimeZone { try CourseZone.zone(region: region, course: courseName) }

    /// - Throws: `RacingError` where the card has no off time, or its zone is not known.
    public func offInstant() throws(RacingError) -> Instant {
        guard let off else { throw RacingError("race \(raceID) has no off time") }
        return off.instant(on: day, in: try zone())
    }

    /// Handicaps have each-way terms of their own. A rating band is given to handicaps, and to classified stakes, which are none.
    public var isHandicap: Bool {
        let words = name.lowercased()
        if words.contains("handicap") || words.contains("hcap") || name.hasSuffix("讓賽") { return true }
        return ratingBand != nil && !words.contains("classified")
    }
}

/// A runner as declared.
public struct DeclaredRunner: Sendable, Equatable {
    public var runnerID: Int64
    public var horseID: Int64
    public var trainerID: Int64?
    public var jockeyID: Int64?
    public var sireID: Int64?
    public var horseName: String
    public var trainerName: String?
    public var jockeyName: String?
    /// Saddlecloth.
    public var number: Int?
    public var draw: Int?
    public var age: Int?
    /// Weight carried, pounds.
    public var pounds: Int?
    public var headgear: String?
    /// The official rating going into the race, pounds.
    public var officialRating: Int?

    public init(
        runnerID: Int64, horseID: Int64, trainerID: Int64? = nil, jockeyID: Int64? = nil, sireID: Int64? = nil, horseName: String = "",
        trainerName: String? = nil,
        jockeyName: String? = nil, number: Int? = nil, draw: Int? = nil, age: Int? = nil, pounds: Int? = nil, headgear: String? = nil,
        officialRating: Int? = nil
    ) {
        self.runnerID = runnerID
        self.horseID = horseID
        self.trainerID = trainerID
        self.jockeyID = jockeyID
        self.sireID = sireID
        self.horseName = horseName
        self.trainerName = trainerName
        self.jockeyName = jockeyName
        self.number = number
        self.draw = draw
        self.age = age
        self.pounds = pounds
        self.headgear = headgear
        self.officialRating = officialRating
    }
}
