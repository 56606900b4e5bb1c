import Foundation
import Racing

/// Abilities learned race by race from the order of finish.
///
/// Each race moves the ratings of its horses, jockeys and trainers along the gradient of the exploded logit (Plackett
/// 1975; Luce 1959), so that beating strong rivals counts for more than beating weak ones. Ratings are in the logit's
/// units; an unknown entity has 0.
package struct OnlineRatings: Sendable {
    /// The rating of each run's horse after the day of the run. All races of a day use the ratings as of the end of the
    /// previous day.
    private(set) var horse: [Float]
    /// The rating of each run's jockey after the day of the run.
    private(set) var jockey: [Float]
    /// The rating of each run's trainer after the day of the run.
    private(set) var trainer: [Float]

    /// The step of a horse's rating: larger for its first runs, when little is known about it.
    private static func horseStep(_ runs: Int32) -> Double { 0.12 + 0.5 / (1 + Double(runs) / 2) }
    private static let jockeyStep = 0.03
    private static let trainerStep = 0.02
    /// The strength that each pound over the field's mean costs a runner.
    static let perPound = 0.02
    /// The weight of each stage of the order of finish; later stages count less, because beaten horses are often not
    /// ridden out. The weights and the steps were chosen by the forward-chained log loss of Hong Kong's seasons to July
    /// 2024.
    package static let stages: [Double] = (0..<12).map { pow(0.9, Double($0)) }

    init(
        _ history: RunHistory,
        _ horses: Entities,
        _ jockeys: Entities,
        _ trainers: Entities,
        _ rules: RatingRules
    ) {
        let runners = history.runners
        let results = history.results
        horse = [Float](repeating: 0, count: runners.count)
        jockey = horse
        trainer = horse
        var ratings = Ratings(horses, jockeys, trainers)
        var moves = [Double](repeating: 0, count: runners.count)
        var strengths: [Double] = []
        var gradient = Gradient(rules)
        history.forEachDay { today in
            for race in today {
                let runs = history.runs(race)
                let meanPounds = RunFigures.meanPounds(runners[runs])
                strengths.removeAll(keepingCapacity: true)
                for run in runs {
                    let extra = Double(runners[run].pounds) - meanPounds
                    strengths.append(ratings.strength(run) - (extra.isNaN ? 0 : Self.perPound * extra))
                }
                gradient.compute(strengths, results[runs], into: &moves, at: runs.lowerBound)
            }
            // The day is over: its races count from tomorrow.
            let day = history.runs(of: today)
            for run in day where rules.counts(results[run]) { ratings.move(run, by: moves[run]) }
            for run in day {
                horse[run] = Float(ratings.horse(run))
                jockey[run] = Float(ratings.jockey(run))
                trainer[run] = Float(ratings.trainer(run))
            }
        }
    }

    /// The gradient of the log likelihood of an order of finish by the revised rules, by runner; 0 if nobody finished.
    ///
    /// - Parameters:
    ///   - strengths: the runners' strengths, in the logit's units.
    ///   - positions: 0 for a runner without a position, which is behind all others.
    package static func gradient(_ strengths: [Double], _ positions: [Int16]) -> [Double] {
        var moves = [Double](repeating: 0, count: strengths.count)
        var gradient = Gradient(.revised)
        let results = positions.map { PastResult(RunResult(finish: $0 > 0 ? .position(Int($0)) : .unplaced)) }
        gradient.compute(strengths, results[...], into: &moves, at: 0)
        return moves
    }
}

extension OnlineRatings {
    /// The ratings after the last day, by entity.
    private struct Ratings {
        private let horseSlots: [Int32]
        private let jockeySlots: [Int32]
        private let trainerSlots: [Int32]
        private var horses: [Double]
        private var jockeys: [Double]
        private var trainers: [Double]
        private var horseRuns: [Int32]

        init(_ horses: Entities, _ jockeys: Entities, _ trainers: Entities) {
            horseSlots = horses.slotOfRun
            jockeySlots = jockeys.slotOfRun
            trainerSlots = trainers.slotOfRun
            self.horses = [Double](repeating: 0, count: horses.count)
            self.jockeys = [Double](repeating: 0, count: jockeys.count)
            self.trainers = [Double](repeating: 0, count: trainers.count)
            horseRuns = [Int32](repeating: 0, count: horses.count)
        }

        func horse(_ run: Int) -> Double { Self.rating(horses, horseSlots[run]) }
        func jockey(_ run: Int) -> Double { Self.rating(jockeys, jockeySlots[run]) }
        func trainer(_ run: Int) -> Double { Self.rating(trainers, trainerSlots[run]) }

        /// The sum of the ratings of a run's horse, jockey and trainer.
        func strength(_ run: Int) -> Double { horse(run) + jockey(run) + trainer(run) }

        private static func rating(_ ratings: [Double], _ slot: Int32) -> Double { slot < 0 ? 0 : ratings[Int(slot)] }

        /// Moves the ratings of a run's horse, jockey and trainer along its gradient.
        mutating func move(_ run: Int, by gradient: Double) {
            if horseSlots[run] >= 0 {
                let slot = Int(horseSlots[run])
                horses[slot] += OnlineRatings.horseStep(horseRuns[slot]) * gradient
                horseRuns[slot] += 1
            }
            if jockeySlots[run] >= 0 { jockeys[Int(jockeySlots[run])] += OnlineRatings.jockeyStep * gradient }
            if trainerSlots[run] >= 0 { trainers[Int(trainerSlots[run])] += OnlineRatings.trainerStep * gradient }
        }
    }

    /// Computes gradients, and reuses its memory from race to race.
    private struct Gradient {
        private let rules: RatingRules
        private var powers: [Double] = []
        private var order: [Int] = []

        init(_ rules: RatingRules) { self.rules = rules }

        /// - Parameters:
        ///   - results: the results of the runners of `strengths`, in the same order.
        ///   - moves: receives the gradient from index `start` on.
        mutating func compute(
            _ strengths: [Double],
            _ results: ArraySlice<PastResult>,
            into moves: inout [Double],
            at start: Int
        ) {
            let top = strengths.max() ?? 0
            powers.removeAll(keepingCapacity: true)
            order.removeAll(keepingCapacity: true)
            var remaining = 0.0
            for (index, strength) in strengths.enumerated() {
                let result = results[results.startIndex + index]
                powers.append(rules.counts(result) ? exp(strength - top) : 0)
                remaining += powers[index]
                moves[start + index] = 0
                if result.position > 0 { order.append(index) }
            }
            order.sort {
                (results[results.startIndex + $0].position, $0) < (results[results.startIndex + $1].position, $1)
            }
            // Every runner still in at a stage loses its share of it. `share` accumulates stage / total, so that each
            // runner needs one multiplication.
            var share = 0.0
            var first = 0
            while first < min(order.count, OnlineRatings.stages.count), strengths.count - first > 1 {
                // Subtraction leaves rounding errors if one runner was nearly all of the sum.
                if remaining < 1e-9 { remaining = max(1e-300, sum(after: first)) }
                let stage = OnlineRatings.stages[first]
                share += stage / remaining
                let next = first..<endOfStage(first, results)
                for index in order[next] {
                    moves[start + index] = stage / Double(next.count) - share * powers[index]
                    remaining -= powers[index]
                }
                first = next.upperBound
            }
            for index in order.dropFirst(first) { moves[start + index] = -share * powers[index] }
            for index in strengths.indices where results[results.startIndex + index].position <= 0 {
                moves[start + index] = -share * powers[index]
            }
        }

        /// The end of the runners in the order of finish that win the stage from `first` on.
        private func endOfStage(_ first: Int, _ results: ArraySlice<PastResult>) -> Int {
            guard rules == .revised else { return first + 1 }
            func position(_ place: Int) -> Int16 { results[results.startIndex + order[place]].position }
            return order.indices[(first + 1)...].first { position($0) != position(first) } ?? order.count
        }

        /// The sum of the powers of all runners but the first `stages` in the order of finish.
        private func sum(after stages: Int) -> Double {
            var sum = 0.0
            var isOut = [Bool](repeating: false, count: powers.count)
            for index in order.prefix(stages) { isOut[index] = true }
            for index in powers.indices where !isOut[index] { sum += powers[index] }
            return sum
        }
    }
}
