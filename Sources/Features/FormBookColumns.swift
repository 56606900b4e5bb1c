import Racing

/// What a form book is made of, as it is read: races and runs in any order.
public struct FormBookColumns: Sendable {
    private(set) var races: [RaceFacts] = []
    private(set) var runners: [RunnerFacts] = []
    private(set) var results: [PastResult] = []
    /// The race of each run, until they are ordered.
    private var raceOf: [Int64] = []

    public init() {}

    public mutating func add(_ race: RaceFacts) { races.append(race) }

    /// A starter and what became of it; one whose race is never added is left out.
    public mutating func add(_ runner: RunnerFacts, _ result: PastResult, race: Int64) {
        runners.append(runner)
        results.append(result)
        raceOf.append(race)
    }

    /// The day before which half of the races were run; nil where that parts nothing.
    public var middleDay: CalendarDay? {
        let days = races.map(\.day).sorted()
        guard let first = days.first, days[days.count / 2] > first else { return nil }
        return days[days.count / 2]
    }

    /// Takes races out again, with their runs.
    public mutating func leaveOut(_ faulty: Set<Int64>) {
        if !faulty.isEmpty { races.removeAll { faulty.contains($0.raceID) } }
    }

    /// Adds what another reader has read.
    public mutating func add(_ other: consuming FormBookColumns) {
        races += other.races
        runners += other.runners
        results += other.results
        raceOf += other.raceOf
    }

    /// In the order (race date, race id, runner id), without races that have no runs.
    consuming func ordered() -> RunHistory {
        races.sort { ($0.day, $0.raceID) < ($1.day, $1.raceID) }
        var table = SlotTable(expecting: races.count)
        for race in races { _ = table.insert(race.raceID) }
        let slots = raceOf.map { table.find($0) }
        raceOf = []
        var starts = [Int32](repeating: 0, count: races.count + 1)
        for slot in slots where slot >= 0 { starts[Int(slot) + 1] += 1 }
        for race in races.indices { starts[race + 1] += starts[race] }
        var (places, next) = ([Int32](repeating: 0, count: Int(starts[races.count])), starts)
        for (run, slot) in slots.enumerated() where slot >= 0 {
            places[Int(next[Int(slot)])] = Int32(run)
            next[Int(slot)] += 1
        }
        var (kept, keptStarts): ([RaceFacts], [Int32]) = ([], [0])
        for race in races.indices where starts[race + 1] > starts[race] {
            places[Int(starts[race])..<Int(starts[race + 1])].sort { runners[Int($0)].runnerID < runners[Int($1)].runnerID }
            kept.append(races[race])
            keptStarts.append(starts[race + 1])
        }
        // one after the other, so that no more than one of them is there twice
        let orderedRunners = places.map { runners[Int($0)] }
        runners = []
        return RunHistory(races: kept, starts: keptStarts, runners: orderedRunners, results: places.map { results[Int($0)] })
    }
}
