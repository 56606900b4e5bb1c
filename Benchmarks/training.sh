#!/usr/bin/env bash
# Training on a data set's parts, beside LightGBM's Python package on the same files with the same parameters, turn and turn about.
#
#   Benchmarks/training.sh FOLDER [RUNS]      FOLDER as `giddyup dataset build` leaves it: ARTIFACT_ROOT/datasets/NAME
#
# Needs `make build` and `./setup --reference`.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?"usage: Benchmarks/training.sh FOLDER [RUNS]"} runs=${2:-2}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for _ in $(seq "$runs"); do
  .build/release/bench-training "$folder" | tee -a "$scratch/ours" | cut -c 1-160
  .deps/reference/bin/python Benchmarks/training.py "$folder" "$(tail -n 1 "$scratch/ours")" | tee -a "$scratch/python"
done
.deps/reference/bin/python - "$scratch/ours" "$scratch/python" <<'PY'
import json, statistics, sys
ours, python = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
m = lambda runs, key: statistics.median(run[key] for run in runs)
print(f"{ours[0]['rows']} starters, {ours[0]['races']} races; medians of {len(ours)} runs; race log loss out of fold {m(ours, 'loss'):.4f} and {m(python, 'loss'):.4f}")
for name, key in [("seconds to train five folds", "train_s"), ("seconds to read", "read_s"), ("peak MiB", "rss_mb")]:
    print(f"  {name:28s} ours {m(ours, key):8.2f}   Python {m(python, key):8.2f}   ours / Python {m(ours, key) / m(python, key):.2f}")
PY
