#!/usr/bin/env bash
# Compares feature set 2 with the Python definition of its groups, on every Hong Kong starter.
#
#   PEER=FOLDER Benchmarks/ability.sh DATA          PEER: folder with ability.py
#
# DATA holds hk_races.csv.xz and hk_runners.csv.xz. Needs `make build` and `./setup --reference`.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:?"usage: PEER=FOLDER Benchmarks/ability.sh DATA"} bin=$PWD/.build/release
: "${PEER:?"set PEER to the folder with ability.py"}"
scratch=$(mktemp -d)
trap 'kill "${stack:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$scratch"' EXIT
"$bin/giddyup" dev up --json >"$scratch/env.json" 2>"$scratch/log" &
stack=$!
for _ in $(seq 200); do [ -s "$scratch/env.json" ] && break; sleep 0.1; done
DATABASE_URL=$(sed -n 's/.*"DATABASE_URL" *: *"\([^"]*\)".*/\1/p' "$scratch/env.json" | sed 's#\\/#/#g')
export DATABASE_URL
"$bin/giddyup" import hk --races "$data/hk_races.csv.xz" --runners "$data/hk_runners.csv.xz" >/dev/null
mkdir "$scratch/parts"
"$bin/bench-features" "$scratch/parts" 1 2
psql -q "$DATABASE_URL" -c "COPY (SELECT runner_id, runner_key FROM racing.runners) TO STDOUT CSV HEADER" \
  >"$scratch/keys.csv"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PEER .deps/reference/bin/python Benchmarks/ability_compare.py \
  "$scratch/parts" "$scratch/keys.csv" "$data"
