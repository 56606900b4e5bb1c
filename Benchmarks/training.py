"""Trains the same five folds of race_softmax with LightGBM's Python package, as a user would.

Usage: training.py FOLDER PARAMETERS_JSON
"""
import glob
import json
import resource
import sys
import time

import lightgbm as lgb
import numpy as np
import polars as pl
from sklearn.model_selection import GroupKFold

start = time.time()
frame = pl.read_parquet(sorted(glob.glob(sys.argv[1] + "/*.parquet")))
given = json.loads(sys.argv[2])
frame = (
    frame.with_columns(won=(frame["position"] == 1).fill_null(False))
    .with_columns(winners=pl.col("won").sum().over("race_id"), n=pl.len().over("race_id"))
    .filter((pl.col("winners") > 0) & (pl.col("n") > 1))
)
labels = ("race_id", "race_date", "runner_id", "horse_id", "position", "won", "winners", "n")
names = [column for column in frame.columns if column not in labels]
X, races = frame.select(names).to_numpy(), frame["race_id"].to_numpy()
y = (frame["won"] / frame["winners"]).to_numpy().astype(np.float64)
read = time.time() - start


class Races:
    """The races of some rows, which are contiguous."""

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
for fold, (train_rows, test_rows) in enumerate(GroupKFold(5).split(X, groups=races)):
    train, test = Races(train_rows), Races(test_rows)

    def objective(scores, data, train=train):
        p = train.softmax(scores)
        return p - train.y, np.maximum(p * (1 - p), 1e-6)

    def metric(scores, data, test=test):
        return "race", test.loss(test.softmax(scores)), False

    model = lgb.train(
        dict(given["parameters"], objective=objective, metric="None", seed=11 + fold),
        lgb.Dataset(X[train_rows], train.y),
        given["rounds"],
        valid_sets=[lgb.Dataset(X[test_rows], test.y)],
        feval=metric,
        callbacks=[lgb.early_stopping(given["patience"], verbose=False)],
    )
    out[test_rows] = model.predict(X[test_rows], num_iteration=model.best_iteration)
whole = Races(np.arange(len(y)))
result = {
    "rows": len(y),
    "races": len(whole.start),
    "read_s": read,
    "train_s": time.time() - start,
    "loss": whole.loss(whole.softmax(out)),
    "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}
print(json.dumps(result))
