import Foundation
import Modeling
import ModelingStore
import Operations
import Reporting

/// What `giddyup train` prints about the model that it trained.
struct TrainingOutcome: Codable {
    var modelID: Int64
    var name: String
    var version: String
    var stage: String
    var objective: String
    var races: Int
    var trainedFrom: String
    var trainedThrough: String
    var dataset: String?
    var metrics: [String: Double]
    var blends: [MarketBlend]
    var placeExponents: [Double]
    var refit: Refit?
    var holdout: Holdout?

    init(_ model: RegisteredModel, _ bundle: ModelBundle) {
        modelID = model.modelID
        name = model.name
        version = model.version
        stage = model.stage.rawValue
        objective = bundle.objective.rawValue
        races = bundle.races
        trainedFrom = "\(bundle.trainedFrom)"
        trainedThrough = "\(bundle.trainedThrough)"
        dataset = bundle.dataset
        metrics = bundle.metrics
        blends = bundle.blends
        placeExponents = bundle.placeExponents
        refit = bundle.refit
    }

    var lines: [String] {
        var lines = [
            "\(name) \(version) (\(objective)) is in \(stage): \(races) races, \(trainedFrom) to \(trainedThrough)"
        ]
        for (name, value) in metrics.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(name.padding(toLength: 26, withPad: " ", startingAt: 0)) \(Figure.loss(value))")
        }
        for blend in blends {
            let error = blend.aError.map { "± " + Figure.loss($0) } ?? "held at 0"
            let market = blend.prices == .morning ? "of morning prices" : "\(blend.lead) s before the off"
            lines.append(
                "  blend \(market): a = \(Figure.loss(blend.a)) (\(error)), "
                    + "b = \(Figure.loss(blend.b)) ± \(Figure.loss(blend.bError))"
            )
        }
        if let comparison = refit?.comparison {
            lines.append(
                "  refit of \(refit?.parent ?? ""): on \(comparison.races) races after its parent's training, log loss "
                    + "\(Figure.loss(comparison.loss)) against \(Figure.loss(comparison.parentLoss)), better by "
                    + "\(Figure.loss(comparison.gain, error: comparison.gainSE))"
            )
        }
        if let holdout {
            lines.append(
                "  holdout: \(holdout.races) races, log loss \(Figure.loss(holdout.logLoss)), "
                    + "uniform \(Figure.loss(holdout.uniform))"
            )
        }
        return lines
    }
}
