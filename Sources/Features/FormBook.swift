import Foundation
import Racing

/// An immutable image of all past runs, in the order (race date, race id, runner id).
///
/// History can be read only `before` a day. A run becomes visible on the day after it was run.
public struct FormBook: Sendable {
    let races: [RaceFacts]
    /// Race r owns runs raceStarts[r]..<raceStarts[r + 1].
    let raceStarts: [Int32]
    let runners: [RunnerFacts]
    let results: [PastResult]
    private let horses: SlotTable
    /// Horse h owns pastRuns[horseStarts[h]..<horseStarts[h + 1]].
    private let horseStarts: [Int32]
    private let pastRuns: [PastRun]
    private let trainers: RecordIndex
    private let jockeys: RecordIndex
    private let pairs: RecordIndex
    private let sires: RecordIndex
    private let draws: DrawBias

    /// - Parameter races: each with its starters, non-finishers too, in any order. A race without starters is left out.
    public init(_ races: [(race: RaceFacts, runs: [(runner: RunnerFacts, result: PastResult)])]) {
        var columns = FormBookColumns()
        for entry in races {
            columns.add(entry.race)
            for run in entry.runs { columns.add(run.runner, run.result, race: entry.race.raceID) }
        }
        self.init(columns)
    }

    public init(_ columns: consuming FormBookColumns) {
        columns.order()
        (races, raceStarts, runners, results) = (columns.races, columns.raceStarts, columns.runners, columns.results)
        let count = runners.count
        let (races, raceStarts, runners, results) = (races, raceStarts, runners, results)
        func numbered(_ key: (RunnerFacts) -> Int64) -> (SlotTable, [Int32]) {
            var table = SlotTable()
            let slots = runners.map { key($0) == 0 ? -1 : table.insert(key($0)) }
            return (table, slots)
        }
        let (horses, horseOf) = numbered(\.horse)
        let (trainers, trainerOf) = numbered(\.trainer)
        let (jockeys, jockeyOf) = numbered(\.jockey)
        let (sires, sireOf) = numbered(\.sire)
        let (pairs, pairOf) = numbered { Self.pair($0.trainer, $0.jockey, trainers, jockeys) }
        self.horses = horses

        let figures = RunFigures(races: races, raceStarts: raceStarts, runners: runners, results: results)
        let ratings = OnlineRatings(
            races: races, raceStarts: raceStarts, runners: runners, results: results, horseOf: horseOf, jockeyOf: jockeyOf, trainerOf: trainerOf,
            horses: horses.count, jockeys: jockeys.count, trainers: trainers.count)
        let lengths = AdjustedLengths(
            races: races, raceStarts: raceStarts, runners: runners, results: results, horseOf: horseOf, horses: horses.count)

        var starts = [Int32](repeating: 0, count: horses.count + 1)
        for slot in horseOf where slot >= 0 { starts[Int(slot) + 1] += 1 }
        for slot in 0..<horses.count { starts[slot + 1] += starts[slot] }
        horseStarts = starts
        var past = [PastRun](repeating: PastRun(), count: Int(starts[horses.count]))
        var (days, shares) = ([Int32](repeating: 0, count: count), [Float](repeating: 1, count: count))
        for (index, race) in races.enumerated() {
            let runs = Int(raceStarts[index])..<Int(raceStarts[index + 1])
            for run in runs {
                days[run] = race.day.number
                let position = results[run].position
                if position > 0 { shares[run] = runs.count > 1 ? Float(position - 1) / Float(runs.count - 1) : 0 }
                guard horseOf[run] >= 0 else { continue }
                let place = Int(starts[Int(horseOf[run])])
                starts[Int(horseOf[run])] += 1
                past[place] = PastRun(
                    course: race.course, jockey: runners[run].jockey, furlongs: race.furlongs, day: race.day.number, classBonus: race.classBonus,
                    pounds: runners[run].pounds, officialRating: runners[run].officialRating, positionShare: shares[run],
                    beaten: AdjustedLengths.beaten(race, results[run]), speed: figures.speed[run], speedForDay: figures.speedForDay[run],
                    rating: figures.rating[run], online: ratings.horse[run], lengths: lengths.fast[run], lengthsSlow: lengths.slow[run],
                    position: position, distanceBand: race.distanceBand, going: race.going, surface: race.surface)
            }
        }
        pastRuns = past
        self.trainers = RecordIndex(trainers, slots: trainerOf, day: days, results: results, shares: shares, ratings: ratings.trainer)
        self.jockeys = RecordIndex(jockeys, slots: jockeyOf, day: days, results: results, shares: shares, ratings: ratings.jockey)
        self.pairs = RecordIndex(pairs, slots: pairOf, day: days, results: results, shares: shares)
        self.sires = RecordIndex(sires, slots: sireOf, day: days, results: results, shares: shares)
        (trainerSlots, jockeySlots) = (trainers, jockeys)
        draws = DrawBias(races: races, raceStarts: raceStarts, runners: runners, results: results)
    }

    private let trainerSlots: SlotTable
    private let jockeySlots: SlotTable

    /// 0 where either is not known.
    private static func pair(_ trainer: Int64, _ jockey: Int64, _ trainers: SlotTable, _ jockeys: SlotTable) -> Int64 {
        let (first, second) = (trainers.find(trainer), jockeys.find(jockey))
        return first < 0 || second < 0 ? 0 : Int64(first) << 32 | Int64(second) + 1
    }

    /// The horse's runs before `horizon`.
    func past(of horse: Int64, before horizon: CalendarDay) -> HorsePast {
        let slot = Int(horses.find(horse))
        guard slot >= 0 else { return HorsePast(pastRuns, 0..<0) }
        let first = Int(horseStarts[slot])
        // a card is usually newer than all or nearly all of them
        var end = Int(horseStarts[slot + 1])
        while end > first, pastRuns[end - 1].day >= horizon.number { end -= 1 }
        return HorsePast(pastRuns, first..<end)
    }

    func trainer(_ id: Int64, before horizon: CalendarDay) -> RecordIndex.Record { trainers.record(of: id, before: horizon) }
    func jockey(_ id: Int64, before horizon: CalendarDay) -> RecordIndex.Record { jockeys.record(of: id, before: horizon) }
    func sire(_ id: Int64, before horizon: CalendarDay) -> RecordIndex.Record { sires.record(of: id, before: horizon) }
    func pair(trainer: Int64, jockey: Int64, before horizon: CalendarDay) -> RecordIndex.Record {
        pairs.record(of: Self.pair(trainer, jockey, trainerSlots, jockeySlots), before: horizon)
    }

    /// Wins over what chance would have given, by third of the draw, under the same conditions; 1 is fair.
    func drawBias(_ race: RaceFacts, before horizon: CalendarDay) -> [Float] { draws.bias(race, before: horizon) }
}
