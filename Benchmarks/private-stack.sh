# Sourced by benchmarks: starts a private Postgres, which ends with the script.
#
# Reads $bin (the folder of the programs). Sets $scratch, a folder that is removed at the end, and exports DATABASE_URL.
scratch=$(mktemp -d)
trap 'kill "${stack:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$scratch"' EXIT
"$bin/giddyup" dev up --json >"$scratch/env.json" 2>"$scratch/log" &
stack=$!
for _ in $(seq 200); do [ -s "$scratch/env.json" ] && break; sleep 0.1; done
DATABASE_URL=$(sed -n 's/.*"DATABASE_URL" *: *"\([^"]*\)".*/\1/p' "$scratch/env.json" | sed 's#\\/#/#g')
export DATABASE_URL
