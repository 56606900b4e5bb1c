#!/usr/bin/env bash
# Runs the benchmarks of docs/performance.md one after the other, on a machine that should do nothing else; growth and
# lleaves take long. Not among them: `fleet.sh lanes`, `fleet.sh memory`, seasons.sh.
#
#   Benchmarks/all.sh [DATA]      DATA holds hk_races.csv.xz and hk_runners.csv.xz
#
# Without DATA, features, training and ability are left out. PEER names the folder of the Python peer; without it, what
# compares with it is left out. KAFKA_BOOTSTRAP_SERVERS names a real Kafka; without it, the fleet's figures say only that it
# works. Needs `make build`, `./setup --reference` and `./setup --peers`.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-}
run() {
  printf '\n== %s\n' "$*"
  "$@"
}
leave_out() { printf '\n== left out: %s (%s)\n' "$1" "$2"; }

run Benchmarks/forest.sh
run Benchmarks/pricing.sh
run Benchmarks/publishing.sh 10000
run Benchmarks/actionable.sh
run Benchmarks/fleet.sh latency
run Benchmarks/fleet.sh scorers --full-model --scorers 1
run Benchmarks/fleet.sh units --full-model
run Benchmarks/fleet.sh backpressure
run Benchmarks/fleet.sh growth --seasons 6 --doublings 1 --fast
if [ -z "$data" ]; then
  leave_out "features, training, ability" "no DATA"
  exit 0
fi
run Benchmarks/features.sh "$data"
training() (
  bin=.build/release
  . Benchmarks/hong-kong-stack.sh
  mkdir "$scratch/parts"
  "$bin/bench-features" "$scratch/parts" >/dev/null
  Benchmarks/training.sh "$scratch/parts"
)
run training
if [ -n "${PEER:-}" ]; then run Benchmarks/ability.sh "$data"; else leave_out ability "PEER is not set"; fi
