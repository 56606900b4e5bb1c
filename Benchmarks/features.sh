#!/usr/bin/env bash
# Builds features from Postgres to Parquet, and the same features with Polars, alternating on the same tables.
#
#   Benchmarks/features.sh DATA [COPIES] [RUNS]      PEER: folder of the Polars peer (features.py)
#
# DATA holds hk_races.csv.xz and hk_runners.csv.xz. COPIES (20 by default) of them are inserted into a private Postgres,
# each with its own courses, horses and people. Prints the JSON of each run, then medians and ratios.
# Needs `make build` and `./setup --reference`.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:?"usage: Benchmarks/features.sh DATA [COPIES] [RUNS]"} copies=${2:-20} runs=${3:-3}
bin=$PWD/.build/release python=$PWD/.deps/reference/bin/python
. Benchmarks/hong-kong-stack.sh
psql -q "$DATABASE_URL" -v last=$((copies - 1)) <<'SQL'
SET synchronous_commit = off;
INSERT INTO racing.courses (course_id, course, region)
SELECT course_id + k * 1000, course || k, region
  FROM racing.courses, generate_series(1, :last) k;
INSERT INTO racing.horses (horse_id, horse)
SELECT horse_id + k * 1000000, horse || k
  FROM racing.horses, generate_series(1, :last) k;
INSERT INTO racing.trainers (trainer_id, trainer)
SELECT trainer_id + k * 100000, trainer || k
  FROM racing.trainers, generate_series(1, :last) k;
INSERT INTO racing.jockeys (jockey_id, jockey)
SELECT jockey_id + k * 100000, jockey || k
  FROM racing.jockeys, generate_series(1, :last) k;
INSERT INTO racing.races (race_id, race_key, race_date, region, course_id, off_time, race_name, race_type, class,
                          pattern, rating_band, dist_f, dist_m, going, surface, ran, prelim)
SELECT race_id + k * 100000000000, race_key || k, race_date, region, course_id + k * 1000, off_time, race_name,
       race_type, class, pattern, rating_band, dist_f, dist_m, going, surface, ran, prelim
  FROM (SELECT * FROM racing.races) r, generate_series(1, :last) k;
INSERT INTO racing.runners (runner_id, runner_key, race_id, race_date, horse_id, trainer_id, jockey_id, blood_id, num,
                            pos_raw, draw, ovr_btn, btn, lbs, hg, secs, dec, "or", comment)
SELECT runner_id + k * 10000000000000, runner_key || k, race_id + k * 100000000000, race_date, horse_id + k * 1000000,
       trainer_id + k * 100000, jockey_id + k * 100000, blood_id, num, pos_raw, draw, ovr_btn, btn, lbs, hg, secs, dec,
       "or", comment
  FROM (SELECT * FROM racing.runners) r, generate_series(1, :last) k;
VACUUM ANALYZE;
SQL
mkdir "$scratch/parts"
for run in $(seq "$runs"); do
  "$bin/bench-features" "$scratch/parts" 1 2 | tee -a "$scratch/ours2"
  "$bin/bench-features" "$scratch/parts" 1 1 | tee -a "$scratch/ours"
  if [ -n "${PEER:-}" ]; then
    (cd "$PEER" &&
      PYTHONDONTWRITEBYTECODE=1 "$python" features.py build --dsn "$DATABASE_URL" --schema racing \
        --out "$scratch/peer.parquet") | tee -a "$scratch/peer"
  elif [ "$run" = 1 ]; then
    echo "PEER is not set: no comparison" >&2
  fi
done
"$python" - "$scratch/ours" "$scratch/ours2" <<'PY'
import json, statistics, sys

one, two = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
for name, key in [("build and write, s", "build_and_write_s"), ("total, s", "total_s"), ("peak MiB", "rss_mb"),
                  ("one live race, p50 us", "live_p50_us"), ("one live race, p99 us", "live_p99_us")]:
    x, y = (statistics.median(run[key] for run in runs) for runs in (one, two))
    print(f"  {name:24s} set 1 {x:9.2f}   set 2 {y:9.2f}   set 2 / set 1 {y / x:.2f}")
PY
[ -n "${PEER:-}" ] || exit 0
"$python" - "$scratch/ours" "$scratch/peer" <<'PY'
import json, statistics, sys

ours, peer = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])


def median(runs, key):
    return statistics.median(run[key] for run in runs)


print(
    f"{ours[0]['rows']} starters; ours {ours[0]['features']} features, peer {peer[0]['features']}; "
    f"medians of {len(ours)} runs"
)
for name, key in [("seconds, Postgres to Parquet", "total_s"), ("peak MiB", "rss_mb"), ("seconds to read", "read_s")]:
    x, y = median(ours, key), median(peer, key)
    print(f"  {name:30s} ours {x:9.2f}   peer {y:9.2f}   peer / ours {y / x:.2f}")
print(f"  one live race: p50 {median(ours, 'live_p50_us'):.0f} us, p99 {median(ours, 'live_p99_us'):.0f} us")
PY
"$python" Benchmarks/features_compare.py "$scratch/parts" "$scratch/peer.parquet"
