import Foundation
import Racing

/// Which runs a form book holds; travels with every message built from it.
public struct BookFingerprint: Sendable, Hashable, Codable {
    /// The last day on which a run it holds took place.
    public let throughDay: CalendarDay
    public let runs: Int

    public init(throughDay: CalendarDay, runs: Int) {
        self.throughDay = throughDay
        self.runs = runs
    }
}

/// An immutable image of all past runs, in the order (race date, race id, runner id).
///
/// History can be read only `before` a day. A run becomes visible on the day after it was run.
public struct FormBook: Sendable {
    let races: [RaceFacts]
    /// Race r owns runs raceStarts[r]..<raceStarts[r + 1].
    let raceStarts: [Int32]
    let raceOfRun: [Int32]
    let runners: [RunnerFacts]
    private let results: [PastResult]
    private let figures: RunFigures
    private let horses: EntityIndex<Int64>
    private let trainers: EntityIndex<Int64>
    private let jockeys: EntityIndex<Int64>
    private let pairs: EntityIndex<Pair>
    private let partners: EntityIndex<Pair>
    private let draws: DrawBias
    private let ratings: OnlineRatings

    struct Pair: Hashable, Sendable {
        let first: Int64
        let second: Int64
    }

    /// - Parameter races: each with its starters, non-finishers too, in any order. A race without starters is left out.
    public init(_ races: [(race: RaceFacts, runs: [(runner: RunnerFacts, result: PastResult)])]) {
        let ordered = races.filter { !$0.runs.isEmpty }.sorted { ($0.race.day, $0.race.raceID) < ($1.race.day, $1.race.raceID) }
        var (raceOfRun, runners, results, starts): ([Int32], [RunnerFacts], [PastResult], [Int32]) = ([], [], [], [0])
        let count = ordered.reduce(0) { $0 + $1.runs.count }
        raceOfRun.reserveCapacity(count)
        runners.reserveCapacity(count)
        results.reserveCapacity(count)
        for (index, entry) in ordered.enumerated() {
            for run in entry.runs.sorted(by: { $0.runner.runnerID < $1.runner.runnerID }) {
                raceOfRun.append(Int32(index))
                runners.append(run.runner)
                results.append(run.result)
            }
            starts.append(Int32(runners.count))
        }
        self.init(races: ordered.map(\.race), raceStarts: starts, raceOfRun: raceOfRun, runners: runners, results: results)
    }

    private init(races: [RaceFacts], raceStarts: [Int32], raceOfRun: [Int32], runners: [RunnerFacts], results: [PastResult]) {
        self.races = races
        self.raceStarts = raceStarts
        self.raceOfRun = raceOfRun
        self.runners = runners
        self.results = results
        func day(_ run: Int) -> Int32 { races[Int(raceOfRun[run])].day.number }
        func index(_ key: @escaping (RunnerFacts) -> Int64) -> EntityIndex<Int64> {
            EntityIndex(count: runners.count, key: { key(runners[$0]) == 0 ? nil : key(runners[$0]) }, day: day, result: { results[$0] })
        }
        func index(pair key: @escaping (RunnerFacts) -> Pair) -> EntityIndex<Pair> {
            EntityIndex(
                count: runners.count,
                key: { run in
                    let pair = key(runners[run])
                    return pair.first == 0 || pair.second == 0 ? nil : pair
                }, day: day, result: { results[$0] })
        }
        horses = index { $0.horse }
        trainers = index { $0.trainer }
        jockeys = index { $0.jockey }
        pairs = index(pair: { Pair(first: $0.trainer, second: $0.jockey) })
        partners = index(pair: { Pair(first: $0.jockey, second: $0.horse) })
        figures = RunFigures(races: races, raceOfRun: raceOfRun, runners: runners, results: results)
        ratings = OnlineRatings(races: races, raceOfRun: raceOfRun, runners: runners, results: results)
        draws = DrawBias(races: races, raceStarts: raceStarts, runners: runners, results: results)
    }

    public var fingerprint: BookFingerprint {
        BookFingerprint(throughDay: races.last?.day ?? CalendarDay(0), runs: runners.count)
    }

    /// One run of a horse's past, as later days may read it.
    struct PastRun {
        let race: RaceFacts
        let runner: RunnerFacts
        let result: PastResult
        let fieldSize: Int
        let speed: Float
        let speedForDay: Float
        let rating: Float
    }

    /// The horse's runs before `horizon`, oldest first.
    func past(of horse: Int64, before horizon: CalendarDay) -> [PastRun] {
        horses.runs(of: horse, before: horizon).map { index in
            let run = Int(index)
            let race = Int(raceOfRun[run])
            return PastRun(
                race: races[race], runner: runners[run], result: results[run], fieldSize: Int(raceStarts[race + 1] - raceStarts[race]),
                speed: figures.speed[run], speedForDay: figures.speedForDay[run], rating: figures.rating[run])
        }
    }

    func trainer(_ id: Int64, before horizon: CalendarDay, windows: [Int32]) -> (career: Tally, windows: [Tally]) {
        trainers.tallies(of: id, before: horizon, windows: windows)
    }
    func jockey(_ id: Int64, before horizon: CalendarDay, windows: [Int32]) -> (career: Tally, windows: [Tally]) {
        jockeys.tallies(of: id, before: horizon, windows: windows)
    }
    func pair(trainer: Int64, jockey: Int64, before horizon: CalendarDay) -> Tally {
        pairs.tallies(of: Pair(first: trainer, second: jockey), before: horizon).career
    }
    func partnership(jockey: Int64, horse: Int64, before horizon: CalendarDay) -> Tally {
        partners.tallies(of: Pair(first: jockey, second: horse), before: horizon).career
    }

    /// The online ratings as the last run before `horizon` of each left them; NaN for one that never ran.
    func ratings(of runner: RunnerFacts, before horizon: CalendarDay) -> (horse: Float, jockey: Float, trainer: Float) {
        func last(_ index: EntityIndex<Int64>, _ id: Int64, _ values: [Float]) -> Float {
            index.runs(of: id, before: horizon).last.map { values[Int($0)] } ?? .nan
        }
        return (
            last(horses, runner.horse, ratings.horse), last(jockeys, runner.jockey, ratings.jockey), last(trainers, runner.trainer, ratings.trainer)
        )
    }

    /// Wins over what chance would have given, for runners drawn in the same third under the same conditions; 1 is fair.
    func drawBias(_ race: RaceFacts, draw: Float, fieldSize: Int, before horizon: CalendarDay) -> Float {
        draws.bias(race, draw: draw, fieldSize: fieldSize, before: horizon)
    }

    /// The races it holds in a range of days, each with its starters: what batch building goes through.
    public func races(from first: CalendarDay, through last: CalendarDay) -> [(race: RaceFacts, runners: [RunnerFacts])] {
        races.indices.lazy.filter { first <= races[$0].day && races[$0].day <= last }.map { index in
            (races[index], Array(runners[Int(raceStarts[index])..<Int(raceStarts[index + 1])]))
        }
    }

    /// The results of a race, in the order of its runners: labels for training, never an input of a feature.
    public func labels(of raceID: Int64, on day: CalendarDay) -> [PastResult] {
        var (low, high) = (0, races.count)
        while low < high {
            let middle = (low + high) / 2
            if (races[middle].day, races[middle].raceID) < (day, raceID) { low = middle + 1 } else { high = middle }
        }
        guard low < races.count, races[low].raceID == raceID, races[low].day == day else { return [] }
        return Array(results[Int(raceStarts[low])..<Int(raceStarts[low + 1])])
    }
}
