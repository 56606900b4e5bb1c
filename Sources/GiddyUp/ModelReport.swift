import Foundation
import Modelling
import Reporting

/// The page of `giddyup report model`.
struct ModelReport {
    let outcome: EvaluateCommand.Outcome
    let slices: EvaluationSlices
    let bundle: ModelBundle
    let importance: [(feature: String, share: Double)]
    let ablation: Ablation?

    func html() -> String {
        var page = HTMLPage(title: "\(outcome.model), \(outcome.from) to \(outcome.to)")
        let e = outcome.evaluation
        page.paragraph(
            "\(bundle.objective.rawValue), learnt from \(bundle.races) races (\(bundle.rows) starters) of \(bundle.trainedFrom) to \(bundle.trainedThrough), feature set \(bundle.featureSetVersion) (\(bundle.featureSetHash))\(bundle.dataset.map { ", data: \($0)" } ?? ""). Judged on \(e.races) later races, \(e.runners) starters."
                + (e.leftOut.isEmpty
                    ? "" : " Left out: " + e.leftOut.sorted { $0.key < $1.key }.map { "\($0.value) for \($0.key)" }.joined(separator: ", ") + "."))
        losses(&page)
        places(&page)
        learning(&page)
        return page.html
    }

    private func losses(_ page: inout HTMLPage) {
        let e = outcome.evaluation
        page.heading("Beside the market")
        let rows = [
            ("1/n", e.logLoss.uniform, e.pseudoR2.uniform), ("market", e.logLoss.market, e.pseudoR2.market),
            ("model alone", e.logLoss.model, e.pseudoR2.model), ("blend (what is bet on)", e.logLoss.blend, e.pseudoR2.blend),
        ]
        page.table(["", "log loss, nats per race", "pseudo-R2"], rows.map { [$0, Self.number($1), Self.number($2)] }, numeric: [1, 2])
        page.paragraph(
            "The blend's gain over the market is \(Self.number(e.blendGain)) ± \(Self.number(e.blendGainSE)) (standard error): \(DemoReport.verdict(e.blendGain, e.blendGainSE)). The model alone: \(Self.number(e.modelGain)) ± \(Self.number(e.modelGainSE)). Calibration error \(Self.number(e.ece))."
        )
        page.table(
            ["blend fitted before the off", "weight of the model", "weight of the market", "both free", "races"],
            bundle.blends.map { blend in
                [
                    blend.lead == 0 ? "at the off" : "\(blend.lead / 60) min",
                    "\(Self.number(blend.a))\(blend.aError.map { " ± " + Self.number($0) } ?? " (held at 0)")",
                    "\(Self.number(blend.b)) ± \(Self.number(blend.bError))",
                    "\(Self.number(blend.unconstrainedA)) ± \(Self.number(blend.unconstrainedAError)), \(Self.number(blend.unconstrainedB)) ± \(Self.number(blend.unconstrainedBError))",
                    "\(blend.races)",
                ]
            }, numeric: [1, 2, 3, 4])
        page.chart(DemoReport.calibration(e))
    }

    private func places(_ page: inout HTMLPage) {
        page.heading("Where")
        for (title, slices) in [("month", slices.months), ("starters", slices.fieldSizes)] {
            page.table(
                [title, "races", "market", "model", "blend", "gain of the blend ± SE"], slices.map(Self.row), numeric: [1, 2, 3, 4, 5])
        }
        page.paragraph("By the runner's own odds, the log loss of winning or not, a runner:")
        page.table(
            ["odds", "runners", "market", "model", "blend", "gain of the blend ± SE"], slices.oddsBands.map(Self.row), numeric: [1, 2, 3, 4, 5])
        page.row([Self.gains("Gain of the blend by month, ± 2 standard errors", slices.months), Self.gains("By field size", slices.fieldSizes)])
    }

    private func learning(_ page: inout HTMLPage) {
        page.heading("What it goes by")
        page.table(
            ["feature", "share of the gain"], importance.prefix(25).map { [$0.feature, String(format: "%.1f %%", $0.share * 100)] }, numeric: [1])
        if let ablation {
            page.paragraph(
                "Trained again without each group of features, on \(ablation.races) races; noise from seed to seed \(Self.number(ablation.seedNoise))."
            )
            page.table(
                ["without", "columns", "log loss", "worse by ± SE"],
                ablation.lines.sorted { $0.worse > $1.worse }.map {
                    [$0.group, "\($0.columns)", Self.number($0.logLoss), "\(Self.signed($0.worse)) ± \(Self.number($0.worseSE))"]
                }, numeric: [1, 2, 3])
        } else {
            page.paragraph("No ablation was given: giddyup features ablate --json, and --ablation FILE here.")
        }
        page.heading("Folds")
        let folds = (1...20).filter { bundle.metrics["fold_\($0)_log_loss"] != nil }
        page.table(
            ["fold", "log loss", "trees"],
            folds.map { fold in
                ["\(fold)", Self.number(bundle.metrics["fold_\(fold)_log_loss"] ?? .nan), String(Int(bundle.metrics["fold_\(fold)_trees"] ?? 0))]
            }, numeric: [1, 2])
        page.paragraph(
            "Out of fold \(Self.number(bundle.metrics["oof_log_loss"] ?? .nan)); seasons predicted by earlier ones only \(Self.number(bundle.metrics["forward_log_loss"] ?? .nan)) (\(Int(bundle.metrics["forward_races"] ?? 0)) races)."
        )
        page.table(["parameter", "value"], bundle.parameters.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
    }

    private static func row(_ slice: EvaluationSlices.Slice) -> [String] {
        [
            slice.name, "\(slice.count)", number(slice.market), number(slice.model), number(slice.blend),
            "\(signed(slice.gain)) ± \(number(slice.gainSE))",
        ]
    }

    private static func gains(_ title: String, _ slices: [EvaluationSlices.Slice]) -> Chart {
        let known = slices.enumerated().filter { $0.element.gainSE.isFinite }
        return Chart(
            title: title, xLabel: "in the order of the table", yLabel: "nats a race",
            series: [
                Chart.Series(
                    "", .points, colour: "#1f77b4", points: known.map { (Double($0.offset + 1), $0.element.gain) },
                    intervals: known.map { ($0.element.gain - 2 * $0.element.gainSE, $0.element.gain + 2 * $0.element.gainSE) })
            ])
    }

    private static func number(_ value: Double) -> String { value.isFinite ? String(format: "%.4f", value) : "-" }
    private static func signed(_ value: Double) -> String { String(format: "%+.4f", value) }
}
