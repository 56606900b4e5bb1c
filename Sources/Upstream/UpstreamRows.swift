import Racing

/// A race as upstream's table has it.
public struct UpstreamRace: Sendable, Equatable {
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
    public var ran: Int?
    /// The card: not yet run.
    public var isPreliminary = false

    public init(raceID: Int64, key: String, day: CalendarDay, region: String, course: String) {
        self.raceID = raceID
        self.key = key
        self.day = day
        self.region = region
        self.course = course
    }
}

/// A runner as upstream's table has it, with names in place of the ids.
public struct UpstreamRunner: Sendable, Equatable {
    public var runnerID: Int64
    public var key: String
    public var raceID: Int64
    public var day: CalendarDay
    public var horse: String
    public var trainer: String?
    public var jockey: String?
    public var owner: String?
    public var sire: String?
    public var dam: String?
    public var damsire: String?
    public var number: Int?
    /// nil: not yet run.
    public var position: String?
    public var draw: Int?
    public var beatenLengths: Double?
    public var lengthsToNext: Double?
    public var age: Int?
    public var pounds: Int?
    public var headgear: String?
    public var seconds: Double?
    public var time: String?
    public var prize: Double?
    public var prizeText: String?
    /// A rating of this run, known only after it.
    public var performanceRating: Int?
    public var comment: String?
    public var sex: String?
    /// SP, or final tote odds; 1.01 or more.
    public var odds: Double?
    public var officialRating: Int?
    public var bsp: Double?
    public var placeBSP: Double?
    public var morningPrice: Double?
    public var morningVolume: Double?
    /// Averages up to the off, and the extremes before and after it.
    public var preplayPrice: Double?
    public var preplayHigh: Double?
    public var preplayLow: Double?
    public var inplayHigh: Double?
    public var inplayLow: Double?
    public var preplayVolume: Double?
    public var inplayVolume: Double?
    /// 1 won, 0 lost, as the market was settled.
    public var winSettled: Int?
    public var placeSettled: Int?
    public var selectionID: Int64?

    public init(runnerID: Int64, key: String, raceID: Int64, day: CalendarDay, horse: String) {
        self.runnerID = runnerID
        self.key = key
        self.raceID = raceID
        self.day = day
        self.horse = horse
    }
}

/// One quote of `racing.live_prices`.
public struct UpstreamPrice: Sendable, Equatable {
    public var raceID: Int64
    public var runnerID: Int64
    public var at: Instant
    public var back: Double?
    public var lay: Double?
    public var vwap: Double?
    public var volume: Double?

    public init(raceID: Int64, runnerID: Int64, at: Instant, back: Double?, lay: Double? = nil, vwap: Double? = nil, volume: Double? = nil) {
        self.raceID = raceID
        self.runnerID = runnerID
        self.at = at
        self.back = back
        self.lay = lay
        self.vwap = vwap
        self.volume = volume
    }
}
