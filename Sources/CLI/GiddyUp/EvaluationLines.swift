import Foundation
import Modeling
import Reporting

/// An evaluation as lines for a terminal.
struct EvaluationLines {
    private let window: WindowEvaluation
    private var evaluation: Evaluation { window.evaluation }

    init(_ window: WindowEvaluation) { self.window = window }

    var lines: [String] { header + losses + gains + blends + places + stakes }

    private var header: [String] {
        let low = Self.time(evaluation.leadLow)
        let high = Self.time(evaluation.leadHigh)
        let lead = evaluation.leadLow == evaluation.leadHigh ? low : "\(low) to \(high)"
        var lines = [
            "\(window.model), \(window.from) to \(window.to), as of \(lead): \(evaluation.races) races, "
                + "\(evaluation.runners) runners"
        ]
        if evaluation.stakesLeftOut > 0 {
            lines.append(
                "  \(evaluation.stakesLeftOut) stakes left out: a priced runner of their race was withdrawn later"
            )
        }
        if !evaluation.leftOut.isEmpty {
            let reasons = evaluation.leftOut.sorted { $0.key < $1.key }.map { "\($0.value) for \($0.key)" }
            lines.append("  left out: " + reasons.joined(separator: ", "))
        }
        return lines
    }

    private var losses: [String] {
        let uniform = evaluation.logLoss.uniform
        let rows = [
            ("uniform", uniform), ("market", evaluation.logLoss.market),
            ("b alone", evaluation.recalibrated?.logLoss), ("model", evaluation.logLoss.model),
            ("blend", evaluation.logLoss.blend),
        ].compactMap { name, loss in loss.map { (name, $0, RaceMetrics.pseudoR2($0, uniform: uniform)) } }
        return ["              log loss   pseudo-R2"]
            + rows.map { name, loss, r2 in
                let title = name.padding(toLength: 10, withPad: " ", startingAt: 0)
                return "  \(title)   \(Figure.loss(loss))      \(Figure.loss(r2))"
            }
    }

    private var gains: [String] {
        let overMarket = "\(Figure.loss(evaluation.blendGain)) ± \(Figure.loss(evaluation.blendGainSE))"
        let line = "  gain of the blend over the market \(overMarket); calibration error \(Figure.loss(evaluation.ece))"
        guard let recalibrated = evaluation.recalibrated else { return [line] }
        let overAlone = "\(Figure.loss(recalibrated.blendGain)) ± \(Figure.loss(recalibrated.blendGainSE))"
        return [line, "  gain of the blend over the market recalibrated by b alone \(overAlone)"]
    }

    private var blends: [String] {
        window.blend.map { blend in
            let free = "\(Figure.loss(blend.unconstrainedA)) ± \(Figure.loss(blend.unconstrainedAError))"
            let alone = blend.marketAlone.map { ", b alone \(Figure.loss($0))" } ?? ""
            let error = blend.aError.map { "± " + Figure.loss($0) } ?? "held at 0; free \(free)"
            let market = blend.prices == .morning ? "blend of morning prices" : "blend at \(blend.lead) s"
            return "  \(market): a = \(Figure.loss(blend.a)) (\(error)), b = \(Figure.loss(blend.b)) ± "
                + "\(Figure.loss(blend.bError))\(alone), \(blend.races) races"
        }
    }

    private var places: [String] {
        evaluation.places.flatMap { table in
            ["  \(table.places) places     runners   predicted   seen"]
                + table.bands.map { band in
                    let from = "p \(Figure.fixed(band.from, decimals: 2)) up"
                    let cells = [
                        (from, 10), ("\(band.runners)", 7), (Figure.fixed(band.predicted, decimals: 3), 9),
                    ]
                    let row = cells.map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(
                        separator: "   "
                    )
                    return "  \(row)   \(Figure.fixed(band.observed, decimals: 3)) ± "
                        + (band.error.map { Figure.fixed($0, decimals: 3) } ?? "?")
                }
        }
    }

    private var stakes: [String] {
        guard let roi = evaluation.roi else { return ["  nothing was staked"] }
        let roiSE = evaluation.roiSE.map(Figure.loss) ?? "?"
        let clv = evaluation.clv.map { "\(Figure.loss($0)) ± \(evaluation.clvSE.map(Figure.loss) ?? "?")" }
        return [
            "  staked \(evaluation.staked) times, \(Figure.loss(evaluation.turnover)) units: ROI \(Figure.loss(roi)) "
                + "± \(roiSE)",
            "  CLV of the staked \(clv ?? "not measurable: the only price is the closing one")",
        ]
    }

    private static func time(_ seconds: Double) -> String {
        if seconds == 0 { return "the off" }
        return seconds < 120 ? "\(Int(seconds)) s before the off" : "\(Int(seconds / 60)) min before the off"
    }
}
