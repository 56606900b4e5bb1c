#!/usr/bin/env bash
# Measures a running fleet: worker processes over Kafka and Postgres.
#
#   Benchmarks/fleet.sh latency    how long live races take
#   Benchmarks/fleet.sh lanes      how much a backfill under way delays live races
#   Benchmarks/fleet.sh scorers    races a second with 1, 2 and 4 scorers
#   Benchmarks/fleet.sh memory     memory of the scorer and the publisher over a million messages
#   Benchmarks/fleet.sh units      what one race costs: CPU, bytes, rows
#   Benchmarks/fleet.sh growth     how training and commands grow with their rows
#   Benchmarks/fleet.sh backpressure    where messages wait while Postgres is slow
#
# `Benchmarks/fleet.sh MODE --help` lists the options. Needs `make build` and `./setup --reference`; BIN names another
# folder of programs. Uses the servers of KAFKA_BOOTSTRAP_SERVERS and DATABASE_URL if set, with topics and a database of
# its own, and a private broker and Postgres otherwise. The private broker is a mock in memory: its figures say whether
# this works, not how fast the fleet is. Prints one JSON object for each measurement, then a table.
set -euo pipefail
cd "$(dirname "$0")/.."
export BIN=${BIN:-$PWD/.build/release} PYTHONDONTWRITEBYTECODE=1
exec .deps/reference/bin/python Benchmarks/fleet "$@"
