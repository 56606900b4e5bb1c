import Racing

/// What features read of a race before it is run; missing numbers are NaN, missing bands 255.
public struct RaceFacts: Sendable, Equatable {
    public static let missingBand: UInt8 = 255

    public let raceID: Int64
    public let day: CalendarDay
    public let course: Int64
    /// Pounds, as `RaceClass.bonus`.
    public let classBonus: Float
    public let furlongs: Double
    public let metres: Int32
    /// `Going.rawValue`.
    public let going: UInt8
    /// `Surface.rawValue`.
    public let surface: UInt8

    /// What the words of a card say.
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
        raceID: Int64, day: CalendarDay, course: Int64, pattern: String?, raceClass: String?, furlongs: Double?, metres: Int?, going: String?,
        surface: String?
    ) {
        self.init(
            raceID: raceID, day: day, course: course, furlongs: furlongs, metres: metres,
            conditions: Conditions(pattern: pattern, raceClass: raceClass, going: going, surface: surface))
    }

    public init(raceID: Int64, day: CalendarDay, course: Int64, furlongs: Double?, metres: Int?, conditions: Conditions) {
        self.raceID = raceID
        self.day = day
        self.course = course
        (classBonus, going, surface) = (conditions.classBonus, conditions.going, conditions.surface)
        let known = furlongs ?? metres.map { Double($0) / Distance.metresPerFurlong } ?? .nan
        self.furlongs = known > 0 ? known : .nan
        self.metres = metres.map(Int32.init) ?? (known > 0 ? Int32((known * Distance.metresPerFurlong).rounded()) : 0)
    }

    public init(_ card: RaceCard) {
        self.init(
            raceID: card.raceID, day: card.day, course: card.courseID, pattern: card.pattern, raceClass: card.raceClass, furlongs: card.furlongs,
            metres: card.metres, going: card.going, surface: card.surface)
    }

    var distanceBand: UInt8 { furlongs.isNaN ? Self.missingBand : Distance.band(furlongs: furlongs) }
}

/// What features read of a runner before the race; missing numbers are NaN, missing people 0.
public struct RunnerFacts: Sendable, Equatable {
    public let runnerID: Int64
    public let horse: Int64
    public let trainer: Int64
    public let jockey: Int64
    public let sire: Int64
    public let draw: Float
    public let age: Float
    public let pounds: Float
    public let officialRating: Float
    public let isHeadgearFirstTime: Bool
    public let isHeadgearWorn: Bool

    public init(
        runnerID: Int64, horse: Int64, trainer: Int64?, jockey: Int64?, sire: Int64? = nil, draw: Int?, age: Int?, pounds: Int?,
        officialRating: Int?, worn: Headgear.Worn?
    ) {
        self.runnerID = runnerID
        self.horse = horse
        self.trainer = trainer ?? 0
        self.jockey = jockey ?? 0
        self.sire = sire ?? 0
        func positive(_ value: Int?) -> Float { value.map { $0 > 0 ? Float($0) : .nan } ?? .nan }
        self.draw = positive(draw)
        self.age = positive(age)
        self.pounds = positive(pounds)
        self.officialRating = officialRating.map(Float.init) ?? .nan
        isHeadgearFirstTime = worn?.isFirstTime ?? false
        isHeadgearWorn = worn?.isAny ?? false
    }

    public init(
        runnerID: Int64, horse: Int64, trainer: Int64?, jockey: Int64?, sire: Int64? = nil, draw: Int?, age: Int?, pounds: Int?, officialRating: Int?,
        headgear: String?
    ) {
        self.init(
            runnerID: runnerID, horse: horse, trainer: trainer, jockey: jockey, sire: sire, draw: draw, age: age, pounds: pounds,
            officialRating: officialRating, worn: headgear.map { Headgear.Worn($0) })
    }

    public init(_ runner: DeclaredRunner) {
        self.init(
            runnerID: runner.runnerID, horse: runner.horseID, trainer: runner.trainerID, jockey: runner.jockeyID, sire: runner.sireID,
            draw: runner.draw,
            age: runner.age, pounds: runner.pounds, officialRating: runner.officialRating, headgear: runner.headgear)
    }
}

/// The result of a past run, compact: position 0 is "ran, no position"; missing numbers are NaN.
public struct PastResult: Sendable, Equatable {
    public let position: Int16
    public let beatenLengths: Float
    public let seconds: Float

    public init(_ result: RunResult) {
        position = Int16(clamping: result.finish.position ?? 0)
        beatenLengths = result.beatenLengths.map(Float.init) ?? .nan
        // a negative or zero time is a fault of the source, not a fast horse
        seconds = result.seconds.map { $0 > 0 ? Float($0) : .nan } ?? .nan
    }

    var isWin: Bool { position == 1 }
    var isPlace: Bool { position >= 1 && position <= 3 }
}
