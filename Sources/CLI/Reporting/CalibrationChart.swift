import Modeling

/// Predicted probabilities against the share that won, by tenth of the runners.
public struct CalibrationChart: Sendable {
    private let bins: [RaceMetrics.CalibrationBin]

    public init(_ evaluation: Evaluation) { bins = evaluation.calibration }

    public var chart: Chart {
        let top = max(bins.map(\.high).max() ?? 1, bins.map(\.predicted).max() ?? 1)
        return Chart(
            title: "Calibration of the blend, by tenth of the runners",
            xLabel: "predicted probability",
            yLabel: "share that won, 95% interval",
            series: [
                Chart.Series("perfect", .line, colour: Colour.reference, points: [(x: 0, y: 0), (x: top, y: top)]),
                Chart.Series(
                    "observed",
                    .points,
                    colour: Colour.points,
                    points: bins.map { (x: $0.predicted, y: $0.observed) },
                    intervals: bins.map { (low: $0.low, high: $0.high) }
                ),
            ]
        )
    }
}
