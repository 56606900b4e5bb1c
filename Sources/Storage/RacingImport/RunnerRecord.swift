import Racing

/// A row of `racing.runners`, with names in place of ids.
public struct RunnerRecord: Sendable, Equatable {
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
    /// The finishing position or a code such as PU; `nil` if the race has not been run yet.
    public var position: String?
    public var draw: Int?
    public var beatenLengths: Double?
    public var lengthsToNext: Double?
    public var age: Int?
    public var pounds: Int?
    public var headgear: String?
    public var seconds: Double?
    /// The finishing time as published.
    public var time: String?
    public var prize: Double?
    /// The prize money as published.
    public var prizeText: String?
    /// The rating of this run, known only after it.
    public var performanceRating: Int?
    public var comment: String?
    public var sex: String?
    /// SP or final tote odds, decimal, 1.01 or more.
    public var odds: Double?
    public var officialRating: Int?
    public var bsp: Double?
    public var placeBSP: Double?
    public var morningPrice: Double?
    public var morningVolume: Double?
    /// The average price traded before the off.
    public var preplayPrice: Double?
    public var preplayHigh: Double?
    public var preplayLow: Double?
    public var inplayHigh: Double?
    public var inplayLow: Double?
    public var preplayVolume: Double?
    public var inplayVolume: Double?
    /// 1 if the win market settled the runner as a winner, 0 if as a loser.
    public var winSettled: Int?
    /// 1 if the place market settled the runner as placed, 0 if not.
    public var placeSettled: Int?
    public var selectionID: Int64?

    /// The id of a runner by its number within its race, from 1.
    ///
    /// - Returns: `nil` if the runner of another race could have the same id, or the id is too large.
    static func id(race: Int64, number: Int) -> Int64? {
        race < .max / 100 && (1...99).contains(number) ? race * 100 + Int64(number) : nil
    }

    public init(runnerID: Int64, key: String, raceID: Int64, day: CalendarDay, horse: String) {
        self.runnerID = runnerID
        self.key = key
        self.raceID = raceID
        self.day = day
        self.horse = horse
    }
}
