#!/bin/sh
# Finds what the build needs beside Rust: a C++ compiler and libclang, both for RocksDB. Installs what is missing with
# apt where it may; otherwise says in one message what to install.
set -eu

# The library itself: libclang-cpp, which other packages bring along, is another one.
has_libclang() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    llvm=$(llvm-config --libdir 2>/dev/null) || llvm=/usr/lib
    for folder in "$llvm" /usr/lib /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib64 /usr/local/lib \
        /opt/homebrew/opt/llvm/lib /Library/Developer/CommandLineTools/usr/lib; do
        for file in "$folder"/libclang.so* "$folder"/libclang-[0-9]*.so* "$folder"/libclang.dylib; do
            [ -e "$file" ] && return 0
        done
    done
    return 1
}

missing=""
command -v cargo >/dev/null 2>&1 || {
    echo "fundtrail needs Rust: install it with rustup, then run this again (the version is in rust-toolchain.toml)" >&2
    exit 1
}
command -v c++ >/dev/null 2>&1 || missing="$missing g++"
has_libclang || missing="$missing libclang-dev"
[ -z "$missing" ] && exit 0

# ccache is not needed, but it spares compiling RocksDB twice.
packages="$missing ccache"
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="none"; fi
if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ]; then
    echo "installing$packages (needed to build RocksDB)" >&2
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # the packages are words on purpose
    if $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $packages >/dev/null; then
        exit 0
    fi
fi
echo "fundtrail needs$missing to build RocksDB and could not install it here." >&2
echo "As an administrator, on Debian or Ubuntu: apt-get install$missing. Elsewhere: install a C++ compiler and LLVM's libclang, and set LIBCLANG_PATH to the folder that holds it." >&2
exit 1
