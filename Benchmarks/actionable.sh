#!/usr/bin/env bash
# Reads modeling.actionable_signals on a year of live signals, before and after migration 018.
#
#   Benchmarks/actionable.sh [DAYS]      default 362: 8.7 million rows, 24,000 a day
#
# In a private Postgres. Prints the rows, and the execution time of three reads of one day on each side. Needs
# `make build`.
set -euo pipefail
cd "$(dirname "$0")/.."
days=${1:-362} bin=${BIN:-.build/release}
. Benchmarks/private-stack.sh
"$bin/giddyup" migrate --to 17 >/dev/null
psql -q "$DATABASE_URL" -v days="$days" <<'SQL'
INSERT INTO modeling.models (model_id, name, version, stage) VALUES (1, 'm', '1', 'production');
INSERT INTO modeling.staking_limits (day_units, stop_units, by_whom) VALUES (20, 10, 'benchmark');
INSERT INTO modeling.signals (as_of, race_id, horse_id, model_id, p_win, best_odds_win, edge_win, stake_units,
                              liquidity_ok, reasons_json, origin, revision, race_date, off)
SELECT d + make_interval(hours => 12, mins => 10 * r - t), d::date - '2025-01-01'::date + 1000 * r, 100 * r + h, 1, 0.1,
       9, 0.05, CASE WHEN h = 1 THEN 0.5 ELSE 0 END, true, '{"gates": []}', 'live', 1, d::date,
       d + make_interval(hours => 12, mins => 10 * r)
  FROM generate_series('2025-01-01'::timestamptz, '2025-01-01'::timestamptz + make_interval(days => :days - 1),
                       '1 day') d,
       generate_series(1, 40) r, generate_series(0, 59) t, generate_series(1, 10) h;
ANALYZE modeling.signals;
SQL
day=$(date -u -d "2025-01-01 + $((days - 1)) days" +%F)
measure() {
  for _ in 1 2 3 4; do
    psql -At "$DATABASE_URL" -v day="$day" <<<"EXPLAIN ANALYZE SELECT * FROM modeling.actionable_signals
      WHERE race_date = :'day'" | sed -n 's/^Execution Time: //p'
  done | tail -n 3 | paste -sd ' ' | sed "s/^/$1: /"
}
psql -At "$DATABASE_URL" -c 'SELECT count(*) FROM modeling.signals' | sed 's/^/rows: /'
measure "sorting the day's ticks"
"$bin/giddyup" migrate >/dev/null
psql -q "$DATABASE_URL" -c 'ANALYZE modeling.latest_signals'
measure 'the latest signals'
