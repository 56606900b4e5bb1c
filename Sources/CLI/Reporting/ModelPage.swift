import Modeling

/// The page of `giddyup report model`.
public struct ModelPage: Sendable {
    private let window: WindowEvaluation
    private let slices: EvaluationSlices
    private let bundle: ModelBundle
    private let importance: [(feature: String, share: Double)]
    private let ablation: Ablation?

    /// The number of features in the table of importance.
    private static let featureLimit = 25

    /// - Parameters:
    ///   - slices: the races of `window` in parts.
    ///   - importance: the share of each feature in the total gain, largest first.
    ///   - ablation: `nil` if none was run.
    public init(
        window: WindowEvaluation,
        slices: EvaluationSlices,
        bundle: ModelBundle,
        importance: [(feature: String, share: Double)],
        ablation: Ablation?
    ) {
        self.window = window
        self.slices = slices
        self.bundle = bundle
        self.importance = importance
        self.ablation = ablation
    }

    public func html() -> String {
        var page = HTMLPage(title: "\(window.model), \(window.from) to \(window.to)")
        page.paragraph(introduction)
        addLosses(to: &page)
        addSlices(to: &page)
        page.learners(of: bundle)
        addImportance(to: &page)
        addAblation(to: &page)
        addTraining(to: &page)
        return page.html
    }

    private var introduction: String {
        let evaluation = window.evaluation
        let dataset = bundle.dataset.map { ", data: \($0)" } ?? ""
        let training =
            "\(bundle.objective.rawValue), trained on \(bundle.races) races (\(bundle.rows) starters) from "
            + "\(bundle.trainedFrom) to \(bundle.trainedThrough), feature set \(bundle.featureSetVersion) "
            + "(\(bundle.featureSetHash))\(dataset)."
        let test = "Evaluated on \(evaluation.races) later races, \(evaluation.runners) starters."
        let sentences: [String?] = [training, test, evaluation.leftOutSentence]
        return sentences.compactMap(\.self).joined(separator: " ")
    }

    private func addLosses(to page: inout HTMLPage) {
        let evaluation = window.evaluation
        page.heading("Model and market")
        page.lossTable(evaluation)
        page.paragraph(
            evaluation.gainSentence
                + " The model alone: \(Figure.loss(evaluation.modelGain, error: evaluation.modelGainSE)). "
                + "Calibration error \(Figure.loss(evaluation.ece))."
        )
        page.table(
            [
                "blend fitted before the off", "weight of the model", "weight of the market", "market alone",
                "both free", "races",
            ],
            bundle.blends.map(Self.cells),
            numeric: [1, 2, 3, 4, 5]
        )
        page.chart(CalibrationChart(evaluation).chart)
        for table in evaluation.places {
            page.paragraph("Place probabilities where \(table.places) places are paid:")
            page.table(
                ["win probability from", "runners", "predicted", "seen ± SE"],
                table.bands.map { band in
                    [
                        Figure.fixed(band.from, decimals: 2), "\(band.runners)",
                        Figure.fixed(band.predicted, decimals: 4), Figure.loss(band.observed, error: band.error),
                    ]
                },
                numeric: [0, 1, 2, 3]
            )
        }
    }

    private static func cells(_ blend: MarketBlend) -> [String] {
        let model = blend.aError.map { Figure.loss(blend.a, error: $0) } ?? "\(Figure.loss(blend.a)) (held at 0)"
        let freeModel = Figure.loss(blend.unconstrainedA, error: blend.unconstrainedAError)
        let freeMarket = Figure.loss(blend.unconstrainedB, error: blend.unconstrainedBError)
        let market = blend.prices == .morning ? "morning prices" : "\(blend.lead / 60) min"
        return [
            blend.lead == 0 ? "at the off" : market,
            model,
            Figure.loss(blend.b, error: blend.bError),
            blend.marketAlone.map { Figure.loss($0) } ?? "",
            "\(freeModel), \(freeMarket)",
            "\(blend.races)",
        ]
    }

    private func addSlices(to page: inout HTMLPage) {
        page.heading("By month, field size and odds")
        let columns = ["market", "model", "blend", "gain of the blend ± SE"]
        for (title, part) in [("month", slices.months), ("starters", slices.fieldSizes)] {
            page.table([title, "races"] + columns, part.map(Self.cells), numeric: [1, 2, 3, 4, 5])
        }
        page.paragraph("Log loss per runner (won or not), by the runner's odds:")
        page.table(["odds", "runners"] + columns, slices.oddsBands.map(Self.cells), numeric: [1, 2, 3, 4, 5])
        page.row([
            Self.gainChart("Gain of the blend by month, ± 2 standard errors", slices.months),
            Self.gainChart("Gain of the blend by field size, ± 2 standard errors", slices.fieldSizes),
        ])
    }

    private static func cells(_ slice: EvaluationSlices.Slice) -> [String] {
        [
            slice.name,
            "\(slice.count)",
            Figure.loss(slice.market),
            Figure.loss(slice.model),
            Figure.loss(slice.blend),
            Figure.signed(slice.gain, error: slice.gainSE),
        ]
    }

    private static func gainChart(_ title: String, _ slices: [EvaluationSlices.Slice]) -> Chart {
        // A slice of one race has no standard error.
        let measured = slices.enumerated().filter { $0.element.gainSE.isFinite }
        return Chart(
            title: title,
            xLabel: "row of the table",
            yLabel: "nats per race",
            series: [
                Chart.Series(
                    "",
                    .points,
                    colour: Colour.points,
                    points: measured.map { (x: Double($0.offset + 1), y: $0.element.gain) },
                    intervals: measured.map { _, slice in
                        (low: slice.gain - 2 * slice.gainSE, high: slice.gain + 2 * slice.gainSE)
                    }
                )
            ]
        )
    }

    private func addImportance(to page: inout HTMLPage) {
        page.heading("Features of the trees")
        page.table(
            ["feature", "share of the gain"],
            importance.prefix(Self.featureLimit).map { [$0.feature, Figure.percent($0.share)] },
            numeric: [1]
        )
    }

    private func addAblation(to page: inout HTMLPage) {
        guard let ablation else {
            page.paragraph(
                "No ablation was given. Run giddyup features ablate --json and pass its output with --ablation FILE."
            )
            return
        }
        page.paragraph(
            "Trained again without each group of features, on \(ablation.races) races. Standard deviation between "
                + "seeds: \(Figure.loss(ablation.seedNoise))."
        )
        page.table(
            ["without", "columns", "log loss", "worse by ± SE"],
            ablation.lines.sorted { $0.worse > $1.worse }.map { line in
                [
                    line.group,
                    "\(line.columns)",
                    Figure.loss(line.logLoss),
                    Figure.signed(line.worse, error: line.worseSE),
                ]
            },
            numeric: [1, 2, 3]
        )
    }

    private func addTraining(to page: inout HTMLPage) {
        page.heading("Folds")
        let folds = (1...20).compactMap { fold in bundle.metrics["fold_\(fold)_log_loss"].map { (fold, $0) } }
        page.table(
            ["fold", "log loss", "trees"],
            folds.map { fold, loss in
                ["\(fold)", Figure.loss(loss), "\(Int(bundle.metrics["fold_\(fold)_trees"] ?? 0))"]
            },
            numeric: [1, 2]
        )
        let outOfFold = Figure.loss(bundle.metrics["oof_log_loss"] ?? .nan)
        let forward = Figure.loss(bundle.metrics["forward_log_loss"] ?? .nan)
        page.paragraph(
            "Log loss out of fold: \(outOfFold). Log loss of seasons predicted only from earlier seasons: \(forward) "
                + "(\(Int(bundle.metrics["forward_races"] ?? 0)) races)."
        )
        page.table(["parameter", "value"], bundle.parameters.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
    }
}
