import Features
import Racing

/// Races and runners without anything that ratings do not read.
enum PlainCard {
    static func race(_ day: Int32, furlongs: Double, metres: Int) -> RaceFacts {
        RaceFacts(
            raceID: Int64(day),
            day: CalendarDay(day),
            course: 1,
            pattern: nil,
            raceClass: nil,
            furlongs: furlongs,
            metres: metres,
            going: "Good",
            surface: "Turf"
        )
    }

    /// A horse with a trainer and a jockey of its own.
    static func runner(_ horse: Int64, _ day: Int32) -> RunnerFacts {
        RunnerFacts(
            runnerID: Int64(day) * 10 + horse,
            horse: horse,
            trainer: horse,
            jockey: horse,
            draw: nil,
            age: nil,
            pounds: 126,
            officialRating: nil,
            headgear: nil
        )
    }
}
