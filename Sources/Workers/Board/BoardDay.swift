import ModelingStore
import Racing
import RacingStore

/// The races of a day with the latest signals of the model in production.
struct BoardDay: Sendable {
    let day: CalendarDay
    let now: Instant
    let model: RegisteredModel?
    let races: [ScheduledRace]
    let cards: [Int64: RaceCard]
    /// By race.
    let signals: [Int64: [StoredSignal]]
    /// What may be staked now, in units.
    let stakes: [BoardStore.Runner: Double]
    let results: [Int64: [OfficialResult]]

    /// Total units that may be staked on a race now.
    func units(_ race: ScheduledRace) -> Double {
        stakes.filter { $0.key.raceID == race.key.raceID }.values.reduce(0, +)
    }

    /// The horse that is most likely to win; `nil` before the race is scored.
    func favourite(_ race: ScheduledRace) -> StoredSignal? {
        signals[race.key.raceID]?.max { ($0.pWin, $1.horseID) < ($1.pWin, $0.horseID) }
    }

    func horse(_ horseID: Int64, in race: ScheduledRace) -> String {
        cards[race.key.raceID]?.runners.first { $0.horseID == horseID }?.horseName ?? "horse \(horseID)"
    }

    /// The winners' names; `nil` before the result.
    func winners(_ race: ScheduledRace) -> String? {
        guard let results = results[race.key.raceID] else { return nil }
        let winners = results.filter { $0.finish.position == 1 }.map { horse($0.horseID, in: race) }
        return winners.isEmpty ? "no winner" : winners.joined(separator: " and ")
    }
}
