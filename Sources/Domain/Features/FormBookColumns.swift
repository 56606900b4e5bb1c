import Racing

/// The races and runs of a form book as they are read, in any order.
public struct FormBookColumns: Sendable {
    private(set) var races: [RaceFacts] = []
    private(set) var runners: [RunnerFacts] = []
    private(set) var results: [PastResult] = []
    /// The race id of each run.
    private var raceIDs: [Int64] = []

    public init() {}

    public mutating func add(_ race: RaceFacts) { races.append(race) }

    /// Adds a starter and its result. Runs of races that are never added are dropped.
    public mutating func add(_ runner: RunnerFacts, _ result: PastResult, race: Int64) {
        runners.append(runner)
        results.append(result)
        raceIDs.append(race)
    }

    /// The median day of the races, by which a reader can split its queries; `nil` if all races were on or after it.
    public var middleDay: CalendarDay? {
        let days = races.map(\.day).sorted()
        guard let first = days.first, days[days.count / 2] > first else { return nil }
        return days[days.count / 2]
    }

    /// Removes races and their runs.
    public mutating func leaveOut(_ faulty: Set<Int64>) {
        if !faulty.isEmpty { races.removeAll { faulty.contains($0.raceID) } }
    }

    /// Appends the columns of another reader.
    public mutating func add(_ other: consuming FormBookColumns) {
        races += other.races
        runners += other.runners
        results += other.results
        raceIDs += other.raceIDs
    }

    /// Sorts by (race date, race id, runner id) and drops races without runs.
    consuming func ordered() -> RunHistory {
        races.sort { ($0.day, $0.raceID) < ($1.day, $1.raceID) }
        var table = SlotTable(expecting: races.count)
        for race in races { _ = table.insert(race.raceID) }
        let slots = raceIDs.map { table.find($0) }
        raceIDs = []
        var starts = [Int32](repeating: 0, count: races.count + 1)
        for slot in slots where slot >= 0 { starts[Int(slot) + 1] += 1 }
        for race in races.indices { starts[race + 1] += starts[race] }
        var order = [Int32](repeating: 0, count: Int(starts[races.count]))
        var next = starts
        for (run, slot) in slots.enumerated() where slot >= 0 {
            order[Int(next[Int(slot)])] = Int32(run)
            next[Int(slot)] += 1
        }
        var racesWithRuns: [RaceFacts] = []
        var startsOfRuns: [Int32] = [0]
        for race in races.indices where starts[race + 1] > starts[race] {
            order[Int(starts[race])..<Int(starts[race + 1])].sort {
                runners[Int($0)].runnerID < runners[Int($1)].runnerID
            }
            racesWithRuns.append(races[race])
            startsOfRuns.append(starts[race + 1])
        }
        // One column after the other, so that at most one of them is in memory twice.
        let orderedRunners = order.map { runners[Int($0)] }
        runners = []
        return RunHistory(
            races: racesWithRuns,
            starts: startsOfRuns,
            runners: orderedRunners,
            results: order.map { results[Int($0)] }
        )
    }
}
