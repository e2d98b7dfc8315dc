#!/bin/sh
# Installs the node (anvil) and the contracts that the stories of crates/ethereum are played on, into the build output.
# Once for each list of packages. Where they cannot be had, the stories are left out, and this says so and succeeds:
# a person without npm or without network can still run every other test.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
list="$here/crates/ethereum/tests/stories/package.json"
folder="${FUNDTRAIL_NPM:-${CARGO_TARGET_DIR:-$here/target}/npm}"
# The stamp is the list itself: another list is another set of packages.
cmp -s "$list" "$folder/installed.json" && exit 0

leave_out() {
    echo "stories on a real node: left out, because $1"
    exit 0
}
command -v npm >/dev/null 2>&1 || leave_out "npm is not installed"
mkdir -p "$folder"
rm -f "$folder/installed.json"
cp "$list" "$folder/package.json"
# No scripts: the packages are read, and of anvil only the binary that its platform's package holds is run.
(cd "$folder" && npm install --ignore-scripts --no-audit --no-fund --no-package-lock --omit=peer --loglevel=error \
    --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000) \
    >"$folder/install.log" 2>&1 || leave_out "npm could not install their packages (see $folder/install.log)"
cp "$list" "$folder/installed.json"
