import Racing

/// One past run of a horse, with figures that were known after the day of the run.
struct PastRun: Sendable {
    var course: Int64 = 0
    var jockey: Int64 = 0
    var furlongs: Double = .nan
    var day: Int32 = 0
    var classBonus: Float = .nan
    var pounds: Float = .nan
    var officialRating: Float = .nan
    /// Position as a share of the field, 0 first to 1 last; a run without a position counts as last.
    var positionShare: Float = 1
    /// Lengths behind the winner, scaled to 6 furlongs, at most 20; a run without a position counts as 20.
    var beaten: Float = 20
    /// From `RunFigures`.
    var speed: Float = .nan
    var speedForDay: Float = .nan
    var rating: Float = .nan
    /// From `OnlineRatings`, after the day.
    var online: Float = .nan
    /// From `AdjustedLengths`, after the day.
    var lengths: Float = .nan
    var lengthsSlow: Float = .nan
    var position: Int16 = 0
    var distanceBand: UInt8 = RaceFacts.missingBand
    var going: UInt8 = RaceFacts.missingBand
    var surface: UInt8 = RaceFacts.missingBand

    var isWin: Bool { position == 1 }
    var isPlace: Bool { position >= 1 && position <= 3 }
}
