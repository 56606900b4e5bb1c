import Foundation

/// The exploded logit of the first places in each race (Plackett 1975; Luce 1959).
///
/// Stage k asks which of the runners that are not placed before k comes k-th: p_i = e^(s_i) / sum over those left. A
/// stage counts its weight. Runners level at k share the stage; a stage that nobody is placed at, after a dead heat, or
/// that one runner is left for, is skipped. A runner without a position is left at every stage.
public struct ExplodedLogit: Sendable {
    /// One stage of one race.
    private struct Stage: Sendable {
        let weight: Double
        /// The runners left are `order[first..<end]` of the race.
        let first: Int
        /// Those placed here are `order[first..<winners]`.
        let winners: Int
    }

    private struct Race: Sendable {
        /// The rows by position, those without one last.
        let order: [Int]
        let stages: [Stage]
    }

    private let races: [Race]
    public let rows: Int

    /// - Parameters:
    ///   - positions: the finishing position of each row; 0 without one.
    ///   - weights: of the stages, from the first place on. One weight of 1 is the conditional logit of the winner.
    public init(_ races: [TrainingRace], positions: [Int16], weights: [Double]) {
        rows = positions.count
        self.races = races.map { race in
            func key(_ row: Int) -> (Int, Int) { (positions[row] > 0 ? Int(positions[row]) : .max, row) }
            let order = race.rows.sorted { key($0) < key($1) }
            let placed = order.prefix { positions[$0] > 0 }
            let stages = weights.enumerated().compactMap { index, weight -> Stage? in
                let place = Int16(index + 1)
                let first = placed.firstIndex { positions[$0] >= place } ?? placed.endIndex
                let level = placed[first...].prefix { positions[$0] == place }.count
                guard level > 0, order.count - first > 1 else { return nil }
                return Stage(weight: weight, first: first, winners: first + level)
            }
            return Race(order: order, stages: stages)
        }
    }

    /// Computes the loss, summed over races, and its derivatives by score.
    ///
    /// - Parameters:
    ///   - gradient: receives sum of w (p - y); `rows` long.
    ///   - hessian: receives max(sum of w p (1 - p), 1e-6); `rows` long, or empty if it is not wanted.
    /// - Returns: minus the log likelihood, nats.
    @discardableResult
    public func derivatives(
        of scores: [Double],
        gradient: inout [Double],
        hessian: inout [Double]
    ) -> Double {
        var loss = 0.0
        var powers: [Double] = []
        for race in races {
            let top = race.order.reduce(-Double.infinity) { max($0, scores[$1]) }
            powers.removeAll(keepingCapacity: true)
            for row in race.order {
                powers.append(exp(scores[row] - top))
                gradient[row] = 0
                if !hessian.isEmpty { hessian[row] = 0 }
            }
            for stage in race.stages {
                var total = 0.0
                for index in stage.first..<powers.count { total += powers[index] }
                total = max(total, 1e-300)
                let share = 1 / Double(stage.winners - stage.first)
                for index in stage.first..<powers.count {
                    let row = race.order[index]
                    let p = powers[index] / total
                    let y = index < stage.winners ? share : 0
                    if y > 0 { loss -= stage.weight * y * (scores[row] - top - log(total)) }
                    gradient[row] += stage.weight * (p - y)
                    if !hessian.isEmpty { hessian[row] += stage.weight * p * (1 - p) }
                }
            }
            if !hessian.isEmpty { for row in race.order { hessian[row] = max(hessian[row], 1e-6) } }
        }
        return loss
    }
}
