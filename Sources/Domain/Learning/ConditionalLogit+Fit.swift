import Dispatch
import Features
import LightGBM
import Modeling
import Synchronization

/// Fits the conditional logit by ridge: the exploded logit's loss plus a penalty on the weights.
extension ConditionalLogit {
    /// Settings of the fit.
    package struct FitPlan: Sendable {
        /// Of the first places in the loss.
        var stages = [1.0, 0.5, 0.25]
        /// The penalty is half of this times the sum of squared weights; the loss is a sum over races.
        var ridge = 100.0
        var iterations = 200
        /// A flag "missing" is used if at least this share of the rows miss the column.
        var missingShare = 0.01

        package init() {}
    }

    /// Comparisons within the race say nothing new to a model that is within the race.
    private static func isRead(_ name: String) -> Bool {
        !["_diff", "_z", "_rank"].contains { name.hasSuffix($0) }
    }

    /// - Parameters:
    ///   - set: the training rows.
    ///   - count: how many races to fit on, from the first one on; `nil` for all. They are not copied.
    ///   - isCancelled: polled each iteration; `true` ends the fit with an error.
    /// - Throws: `ModelingError` if no column varies within races, or the fit is cancelled.
    package static func fit(
        _ set: TrainingSet,
        races count: Int? = nil,
        _ plan: FitPlan = FitPlan(),
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> ConditionalLogit {
        let races = Array(set.races.prefix(count ?? set.races.count))
        var model = ConditionalLogit(terms: standardised(set, races, plan))
        guard !model.terms.isEmpty else { throw ModelingError("no feature varies within races") }
        let inputs = LogitInputs(set, races, model)
        let loss = ExplodedLogit(races, positions: Array(set.positions.prefix(inputs.rows)), weights: plan.stages)
        var none: [Double] = []
        var gradient = [Double](repeating: 0, count: inputs.rows)
        let weights = try LBFGS.minimise(
            [Double](repeating: 0, count: model.width),
            iterations: plan.iterations
        ) { weights, slope in
            if isCancelled() { throw ModelingError("cancelled while fitting the conditional logit") }
            var value = loss.derivatives(of: inputs.scores(weights), gradient: &gradient, hessian: &none)
            slope = inputs.slope(gradient)
            for index in weights.indices {
                value += 0.5 * plan.ridge * weights[index] * weights[index]
                slope[index] += plan.ridge * weights[index]
            }
            return value
        }
        model.weights = weights
        return model
    }

    /// The columns that vary within races, with their deviations.
    private static func standardised(_ set: TrainingSet, _ races: [TrainingRace], _ plan: FitPlan) -> [Term] {
        let read = set.featureNames.indices.filter { isRead(set.featureNames[$0]) }
        let terms = Mutex([Term?](repeating: nil, count: read.count))
        DispatchQueue.concurrentPerform(iterations: read.count) { index in
            let term = term(set, races, column: read[index], plan)
            terms.withLock { $0[index] = term }
        }
        return terms.withLock { $0.compactMap(\.self) }
    }

    private static func term(_ set: TrainingSet, _ races: [TrainingRace], column: Int, _ plan: FitPlan) -> Term? {
        let columns = set.matrix.columns
        // Differences from the race's mean have mean 0 in every race.
        var squares = 0.0
        var flagSquares = 0.0
        var missing = 0.0
        for race in races {
            var sum = 0.0
            var known = 0.0
            for row in race.rows {
                let value = set.matrix.values[row * columns + column]
                guard !value.isNaN else { continue }
                sum += Double(value)
                known += 1
            }
            missing += Double(race.rows.count) - known
            let share = known / Double(race.rows.count)
            flagSquares += Double(race.rows.count) * share * (1 - share)
            guard known > 0 else { continue }
            for row in race.rows {
                let value = set.matrix.values[row * columns + column]
                if !value.isNaN { squares += (Double(value) - sum / known) * (Double(value) - sum / known) }
            }
        }
        let rows = Double(races.last?.rows.upperBound ?? 0)
        let deviation = (squares / rows).squareRoot()
        guard deviation >= 1e-9 else { return nil }
        let flag = (flagSquares / rows).squareRoot()
        let isFlagged = missing / rows > plan.missingShare && flag > 1e-6
        return Term(column: column, deviation: deviation, missing: isFlagged ? MissingFlag(deviation: flag) : nil)
    }
}
