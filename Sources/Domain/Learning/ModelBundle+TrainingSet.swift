import Betting
import LightGBM
import Modeling
import Racing

extension ModelBundle {
    /// Creates a bundle with the features, days and counts of the set that it was trained on.
    init(
        name: String,
        version: String,
        objective: Objective,
        set: TrainingSet,
        calibration: Isotonic,
        blends: [MarketBlend],
        placeExponents: [Double],
        placeCalibrations: [PlaceCalibration],
        parameters: [String: String],
        metrics: [String: Double],
        models: [String],
        stack: Stacking.Fitted?
    ) {
        self.init(
            name: name,
            version: version,
            objective: objective,
            featureSetVersion: set.featureSetVersion,
            featureSetHash: set.featureSetHash,
            featureNames: set.featureNames,
            calibration: calibration,
            blends: blends,
            placeExponents: placeExponents,
            trainedFrom: set.races.first?.day ?? CalendarDay(0),
            trainedThrough: set.races.last?.day ?? CalendarDay(0),
            races: set.races.count,
            rows: set.matrix.rows,
            parameters: parameters,
            metrics: metrics,
            libraries: ["lightgbm": "4.6.0"],
            models: models,
            logit: stack?.logit,
            stack: stack?.weights,
            calibrated: stack?.method,
            placeCalibrations: placeCalibrations
        )
    }
}
