#!/bin/sh
# Compiles the Solana node (solana-test-validator) on which `make test-solana-node` plays its stories, once, and prints where it
# is. It takes half an hour to an hour on two cores. FUNDTRAIL_SOLANA_NODE names one that is there already.
set -eu
version=3.1.8
here=$(cd "$(dirname "$0")/.." && pwd)

if [ -n "${FUNDTRAIL_SOLANA_NODE:-}" ]; then
    echo "$FUNDTRAIL_SOLANA_NODE"
    exit 0
fi
folder="${CARGO_TARGET_DIR:-$here/target}/solana-node-$version"
node="$folder/bin/solana-test-validator"
if [ -x "$node" ]; then
    echo "$node"
    exit 0
fi

missing=""
command -v protoc >/dev/null 2>&1 || missing="$missing protobuf-compiler"
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
[ -e /usr/include/libudev.h ] || missing="$missing libudev-dev"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="none"; fi
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the packages are words on purpose
    if ! { command -v apt-get && [ "$as_root" != none ] && $as_root apt-get update -qq &&
        $as_root apt-get install -y -qq --no-install-recommends $missing; } >&2; then
        echo "the Solana node needs$missing and they could not be installed here." >&2
        echo "As an administrator, on Debian or Ubuntu: apt-get install$missing. Or name a node with FUNDTRAIL_SOLANA_NODE." >&2
        exit 1
    fi
fi
echo "compiling solana-test-validator $version, once: half an hour to an hour on two cores" >&2
# It is to run for a minute, so it is compiled for that.
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_TARGET_DIR="$folder/build" \
    cargo install agave-validator --version "$version" --locked --bin solana-test-validator --root "$folder" >&2
# What it was made from is some gigabytes.
rm -rf "$folder/build"
echo "$node"
