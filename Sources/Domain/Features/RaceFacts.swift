import Racing

/// The facts of a race that features read, all known before the off. Missing numbers are NaN, missing bands 255.
public struct RaceFacts: Sendable, Equatable {
    public static let missingBand: UInt8 = 255

    public let raceID: Int64
    public let day: CalendarDay
    public let course: Int64
    /// Pounds, from `RaceClass.bonus`.
    public let classBonus: Float
    public let furlongs: Double
    public let metres: Int32
    /// `Going.rawValue`.
    public let going: UInt8
    /// `Surface.rawValue`.
    public let surface: UInt8

    /// The conditions of a race that cards state in words.
    public struct Conditions: Sendable, Equatable {
        let classBonus: Float
        let going: UInt8
        let surface: UInt8

        public init(pattern: String?, raceClass: String?, going: String?, surface: String?) {
            classBonus = RaceClass.bonus(pattern: pattern, raceClass: raceClass).map(Float.init) ?? .nan
            self.going = Going(declared: going)?.rawValue ?? missingBand
            self.surface = Surface(declared: surface)?.rawValue ?? missingBand
        }
    }

    public init(
        raceID: Int64,
        day: CalendarDay,
        course: Int64,
        pattern: String?,
        raceClass: String?,
        furlongs: Double?,
        metres: Int?,
        going: String?,
        surface: String?
    ) {
        self.init(
            raceID: raceID,
            day: day,
            course: course,
            furlongs: furlongs,
            metres: metres,
            conditions: Conditions(pattern: pattern, raceClass: raceClass, going: going, surface: surface)
        )
    }

    public init(raceID: Int64, day: CalendarDay, course: Int64, furlongs: Double?, metres: Int?, conditions: Conditions)
    {
        self.raceID = raceID
        self.day = day
        self.course = course
        classBonus = conditions.classBonus
        going = conditions.going
        surface = conditions.surface
        let distance = furlongs ?? metres.map { Double($0) / Distance.metresPerFurlong } ?? .nan
        self.furlongs = distance > 0 ? distance : .nan
        self.metres =
            Int32(clamping: metres ?? (distance > 0 ? Distance.metres(furlongs: distance) : 0))
    }

    public init(_ card: RaceCard) {
        self.init(
            raceID: card.raceID,
            day: card.day,
            course: card.courseID,
            pattern: card.pattern,
            raceClass: card.raceClass,
            furlongs: card.furlongs,
            metres: card.metres,
            going: card.going,
            surface: card.surface
        )
    }

    var distanceBand: UInt8 { furlongs.isNaN ? Self.missingBand : Distance.band(furlongs: furlongs) }
}
