#!/bin/sh
# The main job in small: trains every way to distribute 13 neurons over layers, 16 seeds each, on x squared; prints the
# frontier and the path of the report. About a minute on two cores, after the build. Further options are passed on.
set -eu
cd "$(dirname "$0")/.."
. scripts/toolchain.sh
exec cargo run --release --locked -p relulab-cli --bin relulab -- \
    enumerate --neurons 13 --target quadratic --seeds 16 --out relulab-out/demo --resume "$@"
