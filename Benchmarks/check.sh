#!/usr/bin/env bash
# Counts the instructions of each hot path with callgrind, and fails if one needs over 3 % more than
# Benchmarks/instructions.txt says. Counts do not depend on what else the machine does. They do depend on the compiler,
# the C library and the kind of processor (the library chooses its functions by it), which the file names: record them
# again with others.
#
#   Benchmarks/check.sh              compares
#   Benchmarks/check.sh --record     writes the counts of this build
#
# Needs Debian's package valgrind and `swift build -c release --product bench-hot`.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "bench-check: no valgrind: apt-get install valgrind" >&2; exit 1; }
thresholds=Benchmarks/instructions.txt repetitions=20
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Valgrind 3.19 cannot read Swift's debug information.
strip --strip-debug -o "$scratch/bench-hot" .build/release/bench-hot

count() { # prints the instructions of one call of a path
  local log=$scratch/$1.log
  SWIFT_DETERMINISTIC_HASHING=1 valgrind --tool=callgrind '--toggle-collect=*bench_hot8measured*' \
    --callgrind-out-file=/dev/null "$scratch/bench-hot" "$1" "$repetitions" >"$log" 2>&1 \
    || { cat "$log" >&2; exit 1; }
  awk -v n="$repetitions" '/Collected/ { count = $NF / n } END { printf "%d", count; exit !(count > 0) }' "$log" \
    || { echo "bench-check: $1: nothing was counted" >&2; exit 1; }
}

paths=$("$scratch/bench-hot")
[ -n "$paths" ] || { echo "bench-check: bench-hot lists no paths" >&2; exit 1; }
if [ "${1:-}" = --record ]; then
  {
    swift --version 2>/dev/null | awk '/Swift version/ { print "# " $0 }'
    echo "# $(ldd --version | head -n 1); $(awk -F ': ' '/model name/ { print $2; exit }' /proc/cpuinfo)"
  } >"$scratch/counts"
  for path in $paths; do
    counted=$(count "$path")
    echo "$path $counted" >>"$scratch/counts"
  done
  mv "$scratch/counts" "$thresholds"
  cat "$thresholds"
  exit 0
fi
failures=0
printf '%-16s %14s %14s %8s\n' "one race" instructions recorded ratio
for path in $paths; do
  counted=$(count "$path")
  recorded=$(awk -v path="$path" '$1 == path { print $2 }' "$thresholds")
  [ -n "$recorded" ] || { echo "bench-check: $thresholds lacks $path: record it" >&2; exit 1; }
  awk -v path="$path" -v new="$counted" -v old="$recorded" 'BEGIN {
    printf "%-16s %14d %14d %8.3f%s\n", path, new, old, new / old, new < 0.95 * old ? "  faster: record it" : ""
    exit !(new > 0 && new <= 1.03 * old)
  }' || { echo "bench-check: $path needs more instructions than recorded" >&2; failures=$((failures + 1)); }
done
[ "$failures" = 0 ]
