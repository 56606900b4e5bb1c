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
scratch=$(mktemp -d)
trap 'kill "${stack:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$scratch"' EXIT
"$bin/giddyup" dev up --json >"$scratch/env.json" 2>"$scratch/log" &
stack=$!
for _ in $(seq 200); do [ -s "$scratch/env.json" ] && break; sleep 0.1; done
DATABASE_URL=$(sed -n 's/.*"DATABASE_URL" *: *"\([^"]*\)".*/\1/p' "$scratch/env.json" | sed 's#\\/#/#g')
export DATABASE_URL
"$bin/giddyup" import hk --races "$data/hk_races.csv.xz" --runners "$data/hk_runners.csv.xz" >/dev/null
OMP_WAIT_POLICY=passive "$bin/bench-steps" "$@"
