import Foundation
import Modeling

/// Converts a bundle to an MLflow pyfunc model: `mlflow.pyfunc.load_model(...).predict(frame)` returns the calibrated
/// win probabilities.
public enum PyfuncModel {
    /// The files of the model's folder, by name.
    ///
    /// - Parameter run: the id of the MLflow run that holds the model.
    public static func files(_ bundle: ModelBundle, run: String) throws -> [String: Data] {
        [
            "MLmodel": Data(description(bundle, run).utf8),
            "bundle.json": Data(try bundle.bytes()),
            "code/giddyup_pyfunc.py": Data(loader.utf8),
            "requirements.txt": Data("lightgbm==4.6.0\nnumpy\npandas\n".utf8),
        ]
    }

    private static func description(_ bundle: ModelBundle, _ run: String) -> String {
        """
        artifact_path: model
        run_id: \(run)
        flavors:
          python_function:
            code: code
            data: bundle.json
            env: {virtualenv: null}
            loader_module: giddyup_pyfunc
            python_version: 3.11.0
        metadata:
          feature_set: \(bundle.featureSetVersion)
          feature_set_hash: \(bundle.featureSetHash)
          objective: \(bundle.objective.rawValue)
        """
    }

    /// The Python module. Rows of one race share a `race_id`; without that column, all rows are one race. Missing
    /// values are NaN.
    private static let loader = #"""
        """Loads a GiddyUp bundle: calibrated win probabilities that add up to 1 in each race."""
        import json

        import lightgbm as lgb
        import numpy as np


        class RaceModel:
            def __init__(self, bundle):
                self.bundle = bundle
                self.names = bundle["featureNames"]
                self.boosters = [lgb.Booster(model_str=text) for text in bundle["models"]]
                self.x = np.array(bundle["calibration"]["x"])
                self.y = np.array(bundle["calibration"]["y"])

            def logit(self, values):
                score = np.zeros(len(values))
                for term in self.bundle["logit"]["terms"]:
                    x = values[:, term["column"]].astype(np.float64)
                    missing = np.isnan(x)
                    mean = 0.0 if missing.all() else x[~missing].mean()
                    z = np.where(missing, 0.0, (x - mean) / term["deviation"])
                    score += term["weight"] * np.clip(z, -4, 4)
                    flag = term.get("missing")
                    if flag:
                        score += flag["weight"] * (missing - missing.mean()) / flag["deviation"]
                return score

            def predict(self, frame, params=None):
                values = frame[self.names].to_numpy(dtype=np.float32)
                raw = sum(np.asarray(b.predict(values), dtype=np.float64) / len(self.boosters) for b in self.boosters)
                races = frame["race_id"].to_numpy() if "race_id" in frame.columns else np.zeros(len(frame))
                out = np.empty(len(frame))
                for race in np.unique(races):
                    rows = np.flatnonzero(races == race)
                    p = raw[rows]
                    stack = self.bundle.get("stack")
                    if stack:
                        p = stack["trees"] * p + stack["logit"] * self.logit(values[rows])
                    if self.bundle["objective"] != "binary":
                        p = np.exp(p - p.max())
                        p = p / p.sum()
                    if self.bundle.get("calibrated") != "temperature":
                        p = np.interp(p, self.x, self.y)
                    out[rows] = p / p.sum()
                return out


        def _load_pyfunc(path):
            with open(path, encoding="utf-8") as file:
                return RaceModel(json.load(file))

        """#
}
