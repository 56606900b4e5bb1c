#!/usr/bin/env bash
# Prices and stakes races, and does the same with public libraries: penaltyblog and shin for the overround, numpy for
# exact places, scipy for Kelly.
#
#   Benchmarks/pricing.sh
#
# Needs `make build` and `./setup --reference`.
set -euo pipefail
cd "$(dirname "$0")/.."
.build/release/bench-pricing | .deps/reference/bin/python Benchmarks/pricing.py
