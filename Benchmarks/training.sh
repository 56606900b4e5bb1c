#!/usr/bin/env bash
# Trains on the parts of a data set, and does the same with LightGBM's Python package on the same files with the same
# parameters, alternating.
#
#   Benchmarks/training.sh FOLDER [RUNS]      FOLDER: output of `giddyup dataset build`, ARTIFACT_ROOT/datasets/NAME
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


def median(runs, key):
    return statistics.median(run[key] for run in runs)


print(
    f"{ours[0]['rows']} starters, {ours[0]['races']} races; medians of {len(ours)} runs; "
    f"race log loss out of fold {median(ours, 'loss'):.4f} and {median(python, 'loss'):.4f}"
)
for name, key in [("seconds to train five folds", "train_s"), ("seconds to read", "read_s"), ("peak MiB", "rss_mb")]:
    x, y = median(ours, key), median(python, key)
    print(f"  {name:28s} ours {x:8.2f}   Python {y:8.2f}   ours / Python {x / y:.2f}")
PY
