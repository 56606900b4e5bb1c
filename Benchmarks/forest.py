"""Evaluates the models that bench-forest wrote with lleaves, which compiles them, and compares time and scores.

Usage: forest.py FOLDER MICROSECONDS      MICROSECONDS: what the forest took for the same twelve rows
"""

import pathlib
import sys
import time

import lleaves
import numpy as np

folder, forest = pathlib.Path(sys.argv[1]), float(sys.argv[2])
columns = 120
rows = np.fromfile(folder / "rows.float32", np.float32).reshape(-1, columns).astype(np.float64)
expected = np.loadtxt(folder / "scores.txt")
start = time.perf_counter()
models = []
for path in sorted(folder.glob("model-*.txt")):
    # lleaves needs the last line that LightGBM's Python package adds.
    path.write_text(path.read_text() + "\npandas_categorical:null\n")
    model = lleaves.Model(model_file=str(path))
    model.compile()
    models.append(model)
compiled = time.perf_counter() - start


def predict():
    return sum(model.predict(rows, n_jobs=1) for model in models) / len(models)


difference = np.abs(predict() - expected).max()
assert difference < 1e-12, f"lleaves and the forest differ by {difference}"
series = []
for _ in range(7):
    start = time.perf_counter()
    for _ in range(50):
        predict()
    series.append((time.perf_counter() - start) / 50 * 1e6)
lleaves_us = sorted(series)[3]
print(f"12 runners: forest {forest:.0f} us, lleaves {lleaves_us:.0f} us after {compiled:.0f} s of compiling: "
      f"lleaves / forest {lleaves_us / forest:.1f}")
