import LightGBM
import Modeling

/// The loaded models of a bundle.
///
/// Not `Sendable`: LightGBM predicts under a shared lock (issue 6142), so each task loads its own.
public final class Predictor {
    public let bundle: ModelBundle
    private let boosters: [LightGBMBooster]

    /// - Throws: `ModelingError` if a model cannot be loaded, or its features differ from those of the bundle.
    public init(_ bundle: ModelBundle) throws(ModelingError) {
        self.bundle = bundle
        var boosters: [LightGBMBooster] = []
        for model in bundle.models {
            do throws(LightGBMError) { boosters.append(try LightGBMBooster(model: model)) } catch {
                throw ModelingError("cannot load a model of bundle \(bundle.name) \(bundle.version): \(error)")
            }
        }
        guard boosters.allSatisfy({ $0.featureNames == bundle.featureNames }) else {
            throw ModelingError(
                "bundle \(bundle.name) \(bundle.version) is inconsistent: a model's features are not its featureNames"
            )
        }
        self.boosters = boosters
    }

    /// The mean prediction of each row over the models: a probability for `binary`, a score for `race_softmax`.
    public func raw(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.rows)
        for booster in boosters {
            for (row, value) in try booster.predict(matrix, threads: threads).enumerated() {
                mean[row] += value / Double(boosters.count)
            }
        }
        return mean
    }

    /// The share of each feature in the total gain of all models, largest first.
    public func importance() throws(LightGBMError) -> [(feature: String, share: Double)] {
        var gains = [Double](repeating: 0, count: bundle.featureNames.count)
        for booster in boosters { for (column, gain) in try booster.gain().enumerated() { gains[column] += gain } }
        let total = max(gains.reduce(0, +), .leastNormalMagnitude)
        return zip(bundle.featureNames, gains).map { ($0, $1 / total) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// The calibrated win probabilities of one race's starters. They sum to 1.
    ///
    /// - Parameter matrix: one row per starter.
    public func race(_ matrix: LightGBMMatrix) throws(LightGBMError) -> [Double] {
        Self.calibrated(try raw(matrix), bundle.objective, bundle.calibration)
    }

    private static func calibrated(_ raw: [Double], _ objective: Objective, _ calibration: Isotonic) -> [Double] {
        let values = objective == .raceSoftmax ? RaceSoftmax.probabilities(raw) : raw
        let curve = values.map { calibration($0) }
        let sum = curve.reduce(0, +)
        return curve.map { $0 / sum }
    }

    /// The mean SHAP contribution of each feature to each row's score.
    ///
    /// - Returns: row-major, one value per feature, without the expected value.
    public func contributions(_ matrix: LightGBMMatrix) throws(LightGBMError) -> [Double] {
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
