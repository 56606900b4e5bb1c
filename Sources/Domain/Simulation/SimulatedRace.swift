import Racing

/// A simulated race with its result.
public struct SimulatedRace: Sendable {
    public struct Runner: Sendable {
        public let runnerID: Int64
        public let horse: String
        public let trainer: String
        public let jockey: String
        /// The saddlecloth number.
        public let number: Int
        public let draw: Int
        public let age: Int
        /// Weight carried, in pounds.
        public let pounds: Int
        public let officialRating: Int
        public let isHeadgearFirst: Bool
        /// "1", "2" ..., "PU" or "NR".
        public let position: String
        /// Lengths behind the winner; `nil` without a position.
        public let beatenLengths: Double?
        /// The finishing time in seconds; `nil` without a position.
        public let seconds: Double?
        /// The true win probability; 0 for a withdrawn runner.
        public let truth: Double
        public let bsp: Double?
        public let placeBSP: Double?
        /// The morning price in decimal odds.
        public let morning: Double?
        /// The price path before the off in decimal odds, oldest first.
        public let quotes: [(at: Instant, odds: Double, volume: Double)]
    }
    public let raceID: Int64
    public let day: CalendarDay
    /// The race number within the meeting, from 1.
    public let number: Int
    public let course: String
    /// Local time at the course.
    public let off: WallTime
    public let raceClass: String
    public let isHandicap: Bool
    public let furlongs: Double
    public let metres: Int
    public let going: String
    public let surface: String
    public let runners: [Runner]
}
