#!/usr/bin/env bash
# What each step from feature set 1 to the served model is worth, season by season, each trained on what was before.
#
#   Benchmarks/seasons.sh DATA [LAST_TRAINING_DAY..LAST_TEST_DAY ...]
#
# DATA holds hk_races.csv.xz and hk_runners.csv.xz. Needs `make build`. Takes about two minutes a season on two cores.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:?"usage: Benchmarks/seasons.sh DATA [WINDOW ...]"} bin=$PWD/.build/release
shift
[ $# -gt 0 ] || set -- 2021-07-16..2022-07-16 2022-07-16..2023-07-16 2023-07-16..2024-07-05 2024-07-05..2025-07-16
. Benchmarks/hong-kong-stack.sh
OMP_WAIT_POLICY=passive "$bin/bench-steps" "$@"
