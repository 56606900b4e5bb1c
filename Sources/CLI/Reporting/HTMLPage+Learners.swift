import Modeling

extension HTMLPage {
    /// The number of columns in the table of the conditional logit.
    private static var columnLimit: Int { 25 }

    /// Adds what each of the two learners is worth, and the weights of the second one.
    mutating func learners(of bundle: ModelBundle) {
        guard let logit = bundle.logit, let stack = bundle.stack else { return }
        heading("The two learners")
        let losses = [
            ("trees alone", "forward_trees_log_loss"), ("conditional logit alone", "forward_logit_log_loss"),
            ("plain mean of the scores", "forward_mean_log_loss"), ("as served", "forward_log_loss"),
        ].compactMap { name, key in bundle.metrics[key].map { [name, Figure.loss($0)] } }
        paragraph("Log loss on seasons that models of earlier seasons predicted:")
        table(["learner", "log loss"], losses, numeric: [1])
        paragraph(
            "The score is \(Figure.loss(stack.trees)) times that of the trees plus \(Figure.loss(stack.logit)) times "
                + "that of the logit; calibrated by \(bundle.calibrated?.rawValue ?? "an isotonic curve")."
        )
        paragraph("The largest weights of the logit, per standard deviation within the race:")
        let terms = logit.terms.sorted { abs($0.weight) > abs($1.weight) }.prefix(Self.columnLimit)
        table(
            ["feature", "weight", "weight if missing"],
            terms.map { term in
                [
                    bundle.featureNames[term.column],
                    Figure.signed(term.weight),
                    term.missing.map { Figure.signed($0.weight) } ?? "",
                ]
            },
            numeric: [1, 2]
        )
    }
}
