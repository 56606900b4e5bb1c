import Foundation
import Racing

/// Abilities learnt race by race: each order of finish moves the ratings of its horses, jockeys and trainers along the gradient of the exploded logit
/// (Plackett 1975; Luce 1959), so beating strong rivals counts for more than beating weak ones. Ratings are in the logit's units, 0 for the unknown.
package struct OnlineRatings: Sendable {
    /// Of each run's horse, jockey and trainer, after the run's day. A day's races are all judged by the ratings of the days before.
    private(set) var horse: [Float]
    private(set) var jockey: [Float]
    private(set) var trainer: [Float]

    /// How far one race moves a rating: more for the first runs of a horse, which are nearly all that is known of it.
    private static func horseStep(_ runs: Int32) -> Double { 0.12 + 0.5 / (1 + Double(runs) / 2) }
    private static let (jockeyStep, trainerStep) = (0.03, 0.02)
    /// What a pound more than the field's mean takes from a runner's strength.
    private static let perPound = 0.02
    /// Places of the order that are used, and how much each counts: those behind are often not ridden out. This and the steps were chosen by the
    /// forward-chained log loss of Hong Kong's seasons to July 2024.
    package static let stages: [Double] = (0..<12).map { pow(0.9, Double($0)) }

    init(races: [RaceFacts], raceOfRun: [Int32], runners: [RunnerFacts], results: [PastResult]) {
        let count = runners.count
        horse = [Float](repeating: 0, count: count)
        jockey = horse
        trainer = horse
        var horses: [Int64: (rating: Double, runs: Int32)] = [:]
        var (jockeys, trainers): ([Int64: Double], [Int64: Double]) = ([:], [:])
        var start = 0
        while start < count {
            let day = races[Int(raceOfRun[start])].day
            var end = start
            while end < count, races[Int(raceOfRun[end])].day == day { end += 1 }
            var gradients = [Double](repeating: 0, count: end - start)
            var first = start
            while first < end {
                var last = first
                while last < end, raceOfRun[last] == raceOfRun[first] { last += 1 }
                let weights = runners[first..<last].map(\.pounds).filter { !$0.isNaN }
                let meanPounds = weights.isEmpty ? 0 : Double(weights.reduce(0, +)) / Double(weights.count)
                let strengths = (first..<last).map { run -> Double in
                    let runner = runners[run]
                    let extra = runner.pounds.isNaN ? 0 : Double(runner.pounds) - meanPounds
                    return (horses[runner.horse]?.rating ?? 0) + (jockeys[runner.jockey] ?? 0) + (trainers[runner.trainer] ?? 0) - Self.perPound
                        * extra
                }
                let moves = Self.gradient(strengths, results[first..<last].map(\.position))
                for (index, move) in moves.enumerated() { gradients[first - start + index] = move }
                first = last
            }
            // the day is over: what it showed counts from tomorrow
            for run in start..<end {
                let (runner, move) = (runners[run], gradients[run - start])
                let old = horses[runner.horse] ?? (0, 0)
                horses[runner.horse] = (old.rating + Self.horseStep(old.runs) * move, old.runs + 1)
                if runner.jockey != 0 { jockeys[runner.jockey, default: 0] += Self.jockeyStep * move }
                if runner.trainer != 0 { trainers[runner.trainer, default: 0] += Self.trainerStep * move }
            }
            for run in start..<end {
                let runner = runners[run]
                horse[run] = Float(horses[runner.horse]?.rating ?? 0)
                jockey[run] = Float(jockeys[runner.jockey] ?? 0)
                trainer[run] = Float(trainers[runner.trainer] ?? 0)
            }
            start = end
        }
    }

    /// Of the log likelihood of an order of finish in each runner's strength; 0 where nobody finished.
    ///
    /// - Parameter positions: 0 for a run without one, which is behind all that have one.
    package static func gradient(_ strengths: [Double], _ positions: [Int16]) -> [Double] {
        var moves = [Double](repeating: 0, count: strengths.count)
        let top = strengths.max() ?? 0
        let powers = strengths.map { exp($0 - top) }
        let order = positions.indices.filter { positions[$0] > 0 }.sorted { (positions[$0], $0) < (positions[$1], $1) }
        var isLeft = [Bool](repeating: true, count: strengths.count)
        var left = strengths.count
        for (stage, next) in zip(stages, order) {
            guard left > 1 else { break }
            var total = 0.0
            for index in powers.indices where isLeft[index] { total += powers[index] }
            for index in powers.indices where isLeft[index] { moves[index] -= stage * powers[index] / total }
            moves[next] += stage
            isLeft[next] = false
            left -= 1
        }
        return moves
    }
}
