import Foundation
import Modeling
import Reporting

/// An evaluation as lines for a terminal.
struct EvaluationLines {
    private let window: WindowEvaluation
    private var evaluation: Evaluation { window.evaluation }

    init(_ window: WindowEvaluation) { self.window = window }

    var lines: [String] { header + losses + blends + stakes }

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
        let rows = [
            ("uniform", evaluation.logLoss.uniform, evaluation.pseudoR2.uniform),
            ("market", evaluation.logLoss.market, evaluation.pseudoR2.market),
            ("model", evaluation.logLoss.model, evaluation.pseudoR2.model),
            ("blend", evaluation.logLoss.blend, evaluation.pseudoR2.blend),
        ]
        return ["              log loss   pseudo-R2"]
            + rows.map { name, loss, r2 in
                let title = name.padding(toLength: 10, withPad: " ", startingAt: 0)
                return "  \(title)   \(Figure.loss(loss))      \(Figure.loss(r2))"
            } + [
                "  gain of the blend over the market \(Figure.loss(evaluation.blendGain)) ± "
                    + "\(Figure.loss(evaluation.blendGainSE)); calibration error \(Figure.loss(evaluation.ece))"
            ]
    }

    private var blends: [String] {
        window.blend.map { blend in
            let free = "\(Figure.loss(blend.unconstrainedA)) ± \(Figure.loss(blend.unconstrainedAError))"
            let error = blend.aError.map { "± " + Figure.loss($0) } ?? "held at 0; free \(free)"
            return "  blend at \(blend.lead) s: a = \(Figure.loss(blend.a)) (\(error)), b = \(Figure.loss(blend.b)) ± "
                + "\(Figure.loss(blend.bError)), \(blend.races) races"
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
