"""The same five folds of race_softmax by LightGBM's Python package, as a user would write them. Usage: training.py FOLDER PARAMETERS_JSON"""
import glob, json, resource, sys, time
import lightgbm as lgb
import numpy as np
import polars as pl
from sklearn.model_selection import GroupKFold

start = time.time()
frame = pl.read_parquet(sorted(glob.glob(sys.argv[1] + "/*.parquet")))
given = json.loads(sys.argv[2])
won = (frame["position"] == 1).fill_null(False)
frame = frame.with_columns(won=won).with_columns(winners=pl.col("won").sum().over("race_id"), n=pl.len().over("race_id")).filter((pl.col("winners") > 0) & (pl.col("n") > 1))
names = [c for c in frame.columns if c not in ("race_id", "race_date", "runner_id", "horse_id", "position", "won", "winners", "n")]
X, races = frame.select(names).to_numpy(), frame["race_id"].to_numpy()
y = (frame["won"] / frame["winners"]).to_numpy().astype(np.float64)
read = time.time() - start


class Field:
    def __init__(self, rows):
        ids = races[rows]
        self.start = np.flatnonzero(np.r_[True, ids[1:] != ids[:-1]])
        self.len = np.diff(np.r_[self.start, len(ids)])
        self.y = y[rows]

    def softmax(self, s):
        e = np.exp(s - np.repeat(np.maximum.reduceat(s, self.start), self.len))
        return e / np.repeat(np.add.reduceat(e, self.start), self.len)

    def loss(self, p):
        return float(np.add.reduceat(-self.y * np.log(np.clip(p, 1e-15, None)), self.start).mean())


start = time.time()
out = np.zeros(len(y))
for fold, (learn, watch) in enumerate(GroupKFold(5).split(X, groups=races)):
    a, b = Field(learn), Field(watch)

    def objective(scores, data, a=a):
        p = a.softmax(scores)
        return p - a.y, np.maximum(p * (1 - p), 1e-6)

    params = dict(given["parameters"], objective=objective, metric="None", seed=11 + fold)
    model = lgb.train(params, lgb.Dataset(X[learn], a.y), given["rounds"], valid_sets=[lgb.Dataset(X[watch], b.y)],
                      feval=lambda s, d, b=b: ("race", b.loss(b.softmax(s)), False), callbacks=[lgb.early_stopping(given["patience"], verbose=False)])
    out[watch] = model.predict(X[watch], num_iteration=model.best_iteration)
whole = Field(np.arange(len(y)))
print(json.dumps({"rows": len(y), "races": len(whole.start), "read_s": read, "train_s": time.time() - start, "loss": whole.loss(whole.softmax(out)),
                  "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
