#!/bin/sh
# All tests, built like the product. Further options are passed on to cargo test.
set -eu
cd "$(dirname "$0")/.."
. scripts/toolchain.sh
exec cargo test --release --workspace --locked "$@"
