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
. Benchmarks/hong-kong-stack.sh
mkdir "$scratch/parts"
"$bin/bench-features" "$scratch/parts" 1 2
psql -q "$DATABASE_URL" -c "COPY (SELECT runner_id, runner_key FROM racing.runners) TO STDOUT CSV HEADER" \
  >"$scratch/keys.csv"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$PEER .deps/reference/bin/python Benchmarks/ability_compare.py \
  "$scratch/parts" "$scratch/keys.csv" "$data"
