# Sourced by benchmarks: starts a private Postgres with Hong Kong's races, which ends with the script.
#
# Reads $bin (the folder of the programs) and $data (hk_races.csv.xz and hk_runners.csv.xz). Sets $scratch, a folder that
# is removed at the end, and exports DATABASE_URL.
. "$(dirname "${BASH_SOURCE[0]}")/private-stack.sh"
"$bin/giddyup" import hk --races "$data/hk_races.csv.xz" --runners "$data/hk_runners.csv.xz" >/dev/null
