#!/usr/bin/env bash
# Times the forest next to LightGBM and to lleaves, which compiles the models first: minutes, on one core.
#
#   Benchmarks/forest.sh
#
# Needs `swift build -c release --product bench-forest` and `./setup --peers`.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export OMP_WAIT_POLICY=passive
.build/release/bench-forest "$scratch" | tee "$scratch/figures"
.deps/peers/bin/python Benchmarks/forest.py "$scratch" "$(awk '$1 == "forest_us_12" { print $2 }' "$scratch/figures")"
