import Racing

/// The settings of a simulated world.
public struct SimulationSettings: Sendable {
    public var seed: UInt64 = 1
    /// The number of seasons of 365 days.
    public var seasons = 2
    /// The day after the last season.
    public var end = CalendarDay(year: 2026, month: 1, day: 1)!
    public var racesPerMeeting = 7
    public var meetingsPerDay = 1
    public var courses = 4
    public var trainers = 60
    public var jockeys = 50
    /// Days from one racing day to the next.
    public var daysBetween = 2
    public var horses = 900
    /// The standard deviation of the market's error in the morning, in log odds.
    public var morningError = 0.45
    /// The standard deviation of the market's error at the off, in log odds.
    public var closingError = 0.12
    /// The favourite-longshot bias. The market raises probabilities to its inverse, so values above 1 overrate
    /// outsiders.
    public var favouriteLongshot = 1.06
    /// The sum of 1/odds over the field.
    public var overround = 1.02

    /// The number of days at the end that have price paths. Earlier days have only the morning price and BSP, like real
    /// archives.
    public var pricedDays = 730

    public init() {}

    /// Roughly the volume of British and Irish racing: 28 races a day, 100,000 runners a year.
    public static var full: SimulationSettings {
        var settings = SimulationSettings()
        settings.meetingsPerDay = 4
        settings.daysBetween = 1
        settings.horses = 14_000
        settings.courses = 40
        settings.trainers = 600
        settings.jockeys = 350
        settings.pricedDays = 60
        return settings
    }
}
