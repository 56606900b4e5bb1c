import LightGBM
import Modeling
import Synchronization

/// The loaded models of a bundle.
///
/// The trees are evaluated by `Forest`, by any number of tasks at once. LightGBM is only loaded for models that the
/// forest cannot evaluate or explain, and for importances; it serves one task at a time (issue 6142).
public final class Predictor: Sendable {
    public let bundle: ModelBundle
    /// `nil` if the forest cannot evaluate the models.
    private let forest: Forest?
    /// Why LightGBM evaluates the models instead of the forest; `nil` if the forest does.
    public let fallback: String?
    private let loaded: Mutex<[LightGBMBooster]?>

    /// - Throws: `ModelingError` if a model cannot be loaded, or its features differ from those of the bundle.
    public init(_ bundle: ModelBundle) throws(ModelingError) {
        self.bundle = bundle
        let names: [[String]]
        do throws(ForestError) {
            let forest = try Forest(bundle.models)
            names = [forest.featureNames]
            self.forest = forest
            fallback = nil
            loaded = Mutex(nil)
        } catch {
            let boosters = try Self.boosters(of: bundle)
            names = boosters.map(\.featureNames)
            forest = nil
            fallback = "\(error)"
            loaded = Mutex(boosters)
        }
        guard names.allSatisfy({ $0 == bundle.featureNames }) else {
            throw ModelingError(
                "bundle \(bundle.name) \(bundle.version) is inconsistent: a model's features are not its featureNames"
            )
        }
    }

    /// Whether LightGBM predicts or explains, which it does for one task at a time.
    public var needsLightGBM: Bool { !(forest?.hasContributions ?? false) }

    /// Calls `body` with the models as LightGBM loads them, on first use.
    private func withBoosters<R: Sendable>(_ body: @Sendable ([LightGBMBooster]) throws -> R) throws -> R {
        try loaded.withLock { loaded in
            let boosters = try loaded ?? Self.boosters(of: bundle)
            loaded = boosters
            return try body(boosters)
        }
    }

    private static func boosters(of bundle: ModelBundle) throws(ModelingError) -> [LightGBMBooster] {
        var boosters: [LightGBMBooster] = []
        for model in bundle.models {
            do throws(LightGBMError) { boosters.append(try LightGBMBooster(model: model)) } catch {
                throw ModelingError("cannot load a model of bundle \(bundle.name) \(bundle.version): \(error)")
            }
        }
        return boosters
    }

    /// The mean prediction of each row over the trees: a probability for `binary`, a score for the other objectives.
    public func raw(_ matrix: LightGBMMatrix, threads: Int = 1) throws -> [Double] {
        if let forest { return forest.predict(matrix) }
        return try withBoosters { boosters in
            var mean = [Double](repeating: 0, count: matrix.rows)
            for booster in boosters {
                for (row, value) in try booster.predict(matrix, threads: threads).enumerated() {
                    mean[row] += value / Double(boosters.count)
                }
            }
            return mean
        }
    }

    /// The share of each feature in the total gain of all models, largest first.
    public func importance() throws -> [(feature: String, share: Double)] {
        let columns = bundle.featureNames.count
        let gains = try withBoosters { boosters in
            var gains = [Double](repeating: 0, count: columns)
            for booster in boosters { for (column, gain) in try booster.gain().enumerated() { gains[column] += gain } }
            return gains
        }
        let total = max(gains.reduce(0, +), .leastNormalMagnitude)
        return zip(bundle.featureNames, gains).map { ($0, $1 / total) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// The calibrated win probabilities of one race's starters. They sum to 1.
    ///
    /// - Parameter matrix: one row per starter.
    public func race(_ matrix: LightGBMMatrix) throws -> [Double] {
        let trees = try raw(matrix)
        guard bundle.objective.isSoftmax else { return calibrated(trees) }
        let p = RaceSoftmax.probabilities(stacked(trees, matrix))
        return bundle.calibrated == .temperature ? p : calibrated(p)
    }

    /// The scores of one race with those of the second learner, if there is one.
    private func stacked(_ trees: [Double], _ matrix: LightGBMMatrix) -> [Double] {
        guard let logit = bundle.logit, let stack = bundle.stack else { return trees }
        let scores = logit.scores(matrix.values[...], columns: matrix.columns)
        return zip(trees, scores).map { stack(trees: $0, logit: $1) }
    }

    private func calibrated(_ values: [Double]) -> [Double] {
        let curve = values.map { bundle.calibration($0) }
        let sum = curve.reduce(0, +)
        return curve.map { $0 / sum }
    }

    /// The contribution of each feature to the scores of some starters: the trees' mean SHAP values, and what the
    /// column adds to the conditional logit, which is exact.
    ///
    /// - Parameters:
    ///   - rows: the starters' rows. One is explained alike alone and among others.
    ///   - matrix: the whole race, one row per starter.
    /// - Returns: for each of `rows`, one value per feature, without the expected value.
    public func contributions(to rows: [Int], of matrix: LightGBMMatrix) throws -> [[Double]] {
        let trees = try treeContributions(matrix.rows(at: rows))
        let linear = bundle.logit.map { $0.contributions(matrix.values[...], columns: matrix.columns) } ?? []
        return rows.enumerated().map { number, row in
            (0..<matrix.columns).map { column in
                let value = trees[number * matrix.columns + column]
                guard let stack = bundle.stack, !linear.isEmpty else { return value }
                return stack(trees: value, logit: linear[row * matrix.columns + column])
            }
        }
    }

    /// The mean SHAP contribution of each feature to each row's score by the trees.
    private func treeContributions(_ matrix: LightGBMMatrix) throws -> [Double] {
        if let contributions = forest?.contributions(matrix) { return contributions }
        return try withBoosters { boosters in
            var mean = [Double](repeating: 0, count: matrix.values.count)
            for booster in boosters {
                let all = try booster.contributions(matrix)
                for row in 0..<matrix.rows {
                    for column in 0..<matrix.columns {
                        mean[row * matrix.columns + column] +=
                            all[row * (matrix.columns + 1) + column] / Double(boosters.count)
                    }
                }
            }
            return mean
        }
    }
}
