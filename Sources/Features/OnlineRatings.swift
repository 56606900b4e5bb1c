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
    static let perPound = 0.02
    /// Places of the order that are used, and how much each counts: those behind are often not ridden out. This and the steps were chosen by the
    /// forward-chained log loss of Hong Kong's seasons to July 2024.
    package static let stages: [Double] = (0..<12).map { pow(0.9, Double($0)) }

    init(_ history: RunHistory, _ horses: Entities, _ jockeys: Entities, _ trainers: Entities) {
        let (runners, results, count) = (history.runners, history.results, history.runners.count)
        let (horseOf, jockeyOf, trainerOf) = (horses.of, jockeys.of, trainers.of)
        horse = [Float](repeating: 0, count: count)
        jockey = horse
        trainer = horse
        var (horseRatings, jockeyRatings) = ([Double](repeating: 0, count: horses.count), [Double](repeating: 0, count: jockeys.count))
        var (trainerRatings, runsOf) = ([Double](repeating: 0, count: trainers.count), [Int32](repeating: 0, count: horses.count))
        func known(_ ratings: [Double], _ slot: Int32) -> Double { slot < 0 ? 0 : ratings[Int(slot)] }
        var moves = [Double](repeating: 0, count: count)
        var (strengths, gradient) = ([Double](), Gradient())
        history.forEachDay { today in
            for race in today {
                let runs = history.runs(race)
                let meanPounds = RunFigures.meanPounds(runners[runs])
                strengths.removeAll(keepingCapacity: true)
                for run in runs {
                    let extra = Double(runners[run].pounds) - meanPounds
                    strengths.append(
                        known(horseRatings, horseOf[run]) + known(jockeyRatings, jockeyOf[run]) + known(trainerRatings, trainerOf[run])
                            - (extra.isNaN ? 0 : Self.perPound * extra))
                }
                gradient.compute(strengths, results[runs], into: &moves, at: runs.lowerBound)
            }
            // the day is over: what it showed counts from tomorrow
            let day = history.runs(from: today.lowerBound, to: today.upperBound)
            for run in day {
                if horseOf[run] >= 0 {
                    let slot = Int(horseOf[run])
                    horseRatings[slot] += Self.horseStep(runsOf[slot]) * moves[run]
                    runsOf[slot] += 1
                }
                if jockeyOf[run] >= 0 { jockeyRatings[Int(jockeyOf[run])] += Self.jockeyStep * moves[run] }
                if trainerOf[run] >= 0 { trainerRatings[Int(trainerOf[run])] += Self.trainerStep * moves[run] }
            }
            for run in day {
                horse[run] = Float(known(horseRatings, horseOf[run]))
                jockey[run] = Float(known(jockeyRatings, jockeyOf[run]))
                trainer[run] = Float(known(trainerRatings, trainerOf[run]))
            }
        }
    }

    /// Of the log likelihood of an order of finish in each runner's strength; 0 where nobody finished.
    ///
    /// - Parameter positions: 0 for a run without one, which is behind all that have one.
    package static func gradient(_ strengths: [Double], _ positions: [Int16]) -> [Double] {
        var moves = [Double](repeating: 0, count: strengths.count)
        var gradient = Gradient()
        let results = positions.map { PastResult(RunResult(finish: $0 > 0 ? .position(Int($0)) : .unplaced)) }
        gradient.compute(strengths, results[...], into: &moves, at: 0)
        return moves
    }

    /// Keeps its memory from race to race.
    private struct Gradient {
        private var powers: [Double] = []
        private var order: [Int] = []

        mutating func compute(_ strengths: [Double], _ results: ArraySlice<PastResult>, into moves: inout [Double], at start: Int) {
            let top = strengths.max() ?? 0
            powers.removeAll(keepingCapacity: true)
            order.removeAll(keepingCapacity: true)
            var left = 0.0
            for (index, strength) in strengths.enumerated() {
                powers.append(exp(strength - top))
                left += powers[index]
                moves[start + index] = 0
                if results[results.startIndex + index].position > 0 { order.append(index) }
            }
            order.sort { (results[results.startIndex + $0].position, $0) < (results[results.startIndex + $1].position, $1) }
            // every runner still in at a stage loses its share of it; `share` adds up stage / total, so that each needs one multiplication
            var share = 0.0
            var taken = 0
            for (stage, next) in zip(OnlineRatings.stages, order) {
                guard strengths.count - taken > 1 else { break }
                // subtraction leaves dust where one runner was nearly all of the sum
                if left < 1e-9 { left = max(1e-300, remaining(after: taken)) }
                share += stage / left
                moves[start + next] = stage - share * powers[next]
                left -= powers[next]
                taken += 1
            }
            for index in order.dropFirst(taken) { moves[start + index] = -share * powers[index] }
            for index in strengths.indices where results[results.startIndex + index].position <= 0 { moves[start + index] = -share * powers[index] }
        }

        private func remaining(after taken: Int) -> Double {
            var sum = 0.0
            var isOut = [Bool](repeating: false, count: powers.count)
            for index in order.prefix(taken) { isOut[index] = true }
            for index in powers.indices where !isOut[index] { sum += powers[index] }
            return sum
        }
    }
}
