#!/usr/bin/env bash
# Times writes to modeling.signals next to `psql \copy` of the same rows into the same table, on a private Postgres.
#
#   Benchmarks/publishing.sh [RACES]       races of 12 runners; 5,000 by default
#
# Needs `make build` and `swift build -c release --product bench-publishing`.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=${BIN:-.build/release}
. Benchmarks/private-stack.sh
"$bin/giddyup" migrate >/dev/null
.build/release/bench-publishing "${1:-5000}"
copy() { psql -q -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1"; }
columns='as_of, race_id, horse_id, model_id, p_win, p_place, fair_odds_win, fair_odds_place, best_odds_win,
 best_odds_src, ew_places, ew_fraction, edge_win, edge_ew, kelly_fraction, stake_units, liquidity_ok, reasons_json,
 p_model, p_market, blended, origin, revision, payload, race_date, off'
columns=$(echo "$columns" | tr -d '\n')
copy "\\copy (SELECT $columns FROM modeling.signals) TO '$scratch/rows'"
rows=$(wc -l <"$scratch/rows")
copy 'TRUNCATE modeling.signals CASCADE' && copy CHECKPOINT
start=$(date +%s.%N)
copy "\\copy modeling.signals ($columns) FROM '$scratch/rows'"
end=$(date +%s.%N)
awk -v n="$rows" -v s="$start" -v e="$end" \
  'BEGIN { printf "psql \\copy                 %9.0f rows/s (%d rows)\n", n / (e - s), n }'
