#!/bin/sh
# What has to be on this machine before anything else: one line for each thing that is missing, and what to install.
# `needs.sh lint`, `needs.sh examples` and `needs.sh bench` ask for what only these use, too.

cd "$(dirname "$0")/../.." || exit 1
missing=0

need() { # what to say, then a command that fails where it is missing
  line=$1
  shift
  "$@" >/dev/null 2>&1 || { echo "$line" >&2; missing=1; }
}

oldest=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
new_enough() {
  rustc --version | awk -v oldest="$oldest" \
    '{ split($2, is, "."); split(oldest, min, "."); exit !(is[1] > min[1] || is[1] == min[1] && is[2] + 0 >= min[2]) }'
}

if command -v cargo >/dev/null && command -v rustc >/dev/null; then
  need "Rust $oldest or newer is needed, this is $(rustc --version 2>&1 | head -n 1): rustup update" new_enough
  if [ "${1:-}" = lint ]; then
    need "rustfmt is needed: rustup component add rustfmt" cargo fmt --version
    need "clippy is needed: rustup component add clippy" cargo clippy --version
  fi
else
  need "cargo and rustc are needed: install Rust $oldest or newer, https://rustup.rs" false
fi
need "cc is needed to link: install a C compiler (Debian, Ubuntu: build-essential; macOS: xcode-select --install)" \
  command -v cc
if command -v python3 >/dev/null; then
  need "Python 3.11 or newer is needed, this is $(python3 --version 2>&1)" \
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'
  need "Python's venv is needed: install python3-venv (Debian, Ubuntu)" python3 -c 'import ensurepip, venv'
else
  need "python3 is needed: install Python 3.11 or newer" false
fi
if [ "${1:-}" = examples ]; then
  javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac # the one that Maven takes
  need "JDK 17 or newer is needed, and JAVA_HOME, if set, its folder: install openjdk-17-jdk (Debian, Ubuntu)" \
    sh -c "$javac -version 2>&1 | awk '{ split(\$2, is, \".\"); exit !(is[1] + 0 >= 17) }'"
  need "Maven is needed: install maven (Debian, Ubuntu)" command -v mvn
fi
if [ "${1:-}" = bench ]; then
  need "Linux is needed: what a process used is read from /proc" test -r /proc/self/status
  need "Node 20 or newer is needed with npm: install nodejs and npm" \
    sh -c 'command -v npm && node -e "process.exit(Number(parseInt(process.version.slice(1)) < 20))"'
fi
exit "$missing"
