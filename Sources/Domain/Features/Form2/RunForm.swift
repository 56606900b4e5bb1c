/// What one past run added to its horse's form, known after the day of the run. Doubles, because these values are
/// compared with an independent implementation to nine digits.
struct RunForm: Sendable {
    /// Lengths at 6 furlongs better than the horse's rating led one to expect, from `LengthResiduals`.
    var residual = Double.nan
    /// From `SpeedRatings`, in tenths of a second over 6 furlongs.
    var figure = Double.nan
    /// The horse's speed rating after the run.
    var speedRating = Double.nan
    /// Pounds against the official ratings of the field, and their exponential mean after the run.
    var performance = Double.nan
    var performanceMean = Double.nan
    /// The early position as a share of the field, 0 leading to 1 last.
    var early = Double.nan
    /// Exponential means after the run: of the early position, of the late gain and of the position before the finish.
    var earlyMean = Double.nan
    var gainMean = Double.nan
    var middleMean = Double.nan
    /// Position as a share of the field, 0 first to 1 last; a run without a position counts as last.
    var share = 1.0
    /// After the day, by `RatingRules.revised`: from `OnlineRatings`, and from `AdjustedLengths`.
    var online: Float = .nan
    var lengths: Float = .nan
    var lengthsSlow: Float = .nan
    /// The number of the run in its campaign, from 1.
    var campaignRun: Int32 = 1
    /// Runs since the last win before this run, 0 if it won the one before; -1 if it had never won.
    var runsSinceWin: Int32 = -1
    var distanceBand: UInt8 = 0

    /// The longest break between two runs of a campaign, in days.
    static let longestBreak: Int32 = 60

    /// The distance band of feature set 2: the number of limits at or below a distance in furlongs.
    static func band(furlongs: Double) -> UInt8 {
        let isLonger = bandLimits .<= furlongs
        return UInt8(truncatingIfNeeded: SIMD8<Int64>.zero.replacing(with: 1, where: isLonger).wrappedSum())
    }

    private static let bandLimits = SIMD8(5.5, 6.5, 7.5, 8.5, 9.5, 12, .nan, .nan)
}
