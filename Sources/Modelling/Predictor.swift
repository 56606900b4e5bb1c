import LightGBM

/// A bundle's ensemble, loaded. For one task: LightGBM predicts under a shared lock, so every task loads one of its own.
public final class Predictor {
    public let bundle: ModelBundle
    private let boosters: [LightGBMBooster]

    /// - Throws: `ModellingError` where a model cannot be read, or has other features than the bundle says.
    public init(_ bundle: ModelBundle) throws(ModellingError) {
        self.bundle = bundle
        var boosters: [LightGBMBooster] = []
        for model in bundle.models {
            do throws(LightGBMError) { boosters.append(try LightGBMBooster(model: model)) } catch {
                throw ModellingError("the bundle \(bundle.name) \(bundle.version) holds an unreadable model: \(error)")
            }
        }
        guard boosters.allSatisfy({ $0.featureNames == bundle.featureNames }) else {
            throw ModellingError("the bundle \(bundle.name) \(bundle.version) holds a model of other features than it says")
        }
        self.boosters = boosters
    }

    /// The ensemble's mean for each row: a probability for `binary`, a score for `race_softmax`.
    public func raw(_ matrix: LightGBMMatrix, threads: Int = 1) throws(LightGBMError) -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.rows)
        for booster in boosters {
            for (row, value) in try booster.predict(matrix, threads: threads).enumerated() { mean[row] += value / Double(boosters.count) }
        }
        return mean
    }

    /// The share of each feature in the ensemble's total gain, largest first.
    public func importance() throws(LightGBMError) -> [(feature: String, share: Double)] {
        var gains = [Double](repeating: 0, count: bundle.featureNames.count)
        for booster in boosters { for (column, gain) in try booster.gain().enumerated() { gains[column] += gain } }
        let total = max(gains.reduce(0, +), .leastNormalMagnitude)
        return zip(bundle.featureNames, gains).map { ($0, $1 / total) }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    }

    /// Calibrated win probabilities of one race's starters; they add up to 1.
    public func race(_ matrix: LightGBMMatrix) throws(LightGBMError) -> [Double] {
        Self.calibrated(try raw(matrix), bundle.objective, bundle.calibration)
    }

    static func calibrated(_ raw: [Double], _ objective: Objective, _ calibration: Isotonic) -> [Double] {
        let values = objective == .raceSoftmax ? RaceSoftmax.probabilities(raw) : raw
        let curve = values.map { calibration($0) }
        let sum = curve.reduce(0, +)
        return curve.map { $0 / sum }
    }

    /// The mean contribution of each feature to each row's score, row-major, without the expected value.
    public func contributions(_ matrix: LightGBMMatrix) throws(LightGBMError) -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.values.count)
        for booster in boosters {
            let all = try booster.contributions(matrix)
            for row in 0..<matrix.rows {
                for column in 0..<matrix.columns {
                    mean[row * matrix.columns + column] += all[row * (matrix.columns + 1) + column] / Double(boosters.count)
                }
            }
        }
        return mean
    }
}
