import Features
import Racing
import Randomness

/// A small world of races that depends on its seed alone.
public enum TestWorld {
    /// Each phrase of a comment changes some value of the world.
    private static let styles = [
        "3 2 1", "8 7 9 3", "1 1 2 4", "Made all - ran on well", "Chased leaders - no extra",
        "Held up in rear - stayed on", "In touch in midfield - weakened", "Prominent - outpaced - kept on", "",
    ]

    /// The last runner is unplaced. With incidents, every third time by a mishap, and the first two of every seventh
    /// race share the win.
    private static func finish(_ position: Int, of count: Int, race: Int, hasIncidents: Bool) -> Finish {
        if position == count - 1 { return hasIncidents && race.isMultiple(of: 3) ? .mishap : .unplaced }
        return .position(hasIncidents && position == 1 && race.isMultiple(of: 7) ? 1 : position + 1)
    }

    public typealias Entry = (race: RaceFacts, runs: [(runner: RunnerFacts, result: PastResult)])

    /// A hundred days in three hundred with two races a day; 8 to 19 of 150 horses run in each race.
    public static func races(_ seed: UInt64, hasIncidents: Bool = true) -> [Entry] {
        var random = SplitMix64(seed: seed)
        return (0..<200).map { index in
            let race = RaceFacts(
                raceID: Int64(index + 1),
                day: CalendarDay(Int32(index / 2 * 3)),
                course: Int64(random.below(2) + 1),
                pattern: nil,
                raceClass: "Class \(random.below(4) + 1)",
                furlongs: [4.5, 6, 6, 6, 8, 8, 8.5, 9.5, 12, 14][random.below(10)],
                metres: nil,
                going: ["Good", "Soft", "Firm", nil][random.below(4)],
                surface: ["Turf", "AWT"][random.below(2)]
            )
            var horses = Array(1...150)
            let field = (0..<(8 + random.below(12))).map { _ in horses.remove(at: random.below(horses.count)) }
            let runs = field.enumerated().map { position, horse in
                (
                    RunnerFacts(
                        runnerID: Int64((index + 1) * 100 + horse),
                        horse: Int64(horse),
                        trainer: Int64(horse % 7 + 1),
                        jockey: Int64(random.below(8) + 1),
                        sire: Int64(horse % 5),
                        damsire: Int64(horse % 3),
                        draw: random.below(12) == 0 ? nil : position + 1,
                        age: 4,
                        pounds: random.below(20) == 0 ? nil : 115 + random.below(20),
                        officialRating: 60 + random.below(30),
                        headgear: ["B", "TT1/B", "CP2", "H-", "tp1", nil][random.below(6)]
                    ),
                    PastResult(
                        RunResult(
                            finish: finish(position, of: field.count, race: index, hasIncidents: hasIncidents),
                            beatenLengths: Double(position) * 1.5,
                            seconds: 70 + Double(position) + Double(random.below(100)) / 50,
                            style: RunningStyle(styles[random.below(styles.count)])
                        )
                    )
                )
            }
            return (race, runs)
        }
    }
}
