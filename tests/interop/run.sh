#!/usr/bin/env bash
# The interop run: foreign OAuth software against the example resource server.
#
#   authorization_server.mjs   oidc-provider (node), issues DPoP-bound tokens and rotates its keys
#   client.mjs, rotation.mjs   oauth4webapi (node)
#   client.py                  requests-oauth2client (Python)
#
# Needs cargo, node 20 or later with npm, and python3 with venv; takes no arguments. The packages are installed beside
# this file, in the versions that package-lock.json and requirements.txt name. RESOURCE_SERVER, the path of a program
# with the same command line, takes the place of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
running=()
touch "$work/results" "$work/server.out" "$work/server.err" "$work/issuer.log" "$work/record"

passed() { echo "ok - $1" | tee -a "$work/results"; }
failed() { echo "FAILED - $1: $2" | tee -a "$work/results"; }
give_up() { failed "$1" "$2"; exit 1; }

finish() {
  local status=$? good bad
  trap - EXIT
  for pid in "${running[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  good=$(grep -c '^ok - ' "$work/results" || true)
  bad=$(grep -c '^FAILED - ' "$work/results" || true)
  if ((status != 0 && bad == 0)); then
    failed "run.sh" "expected to reach its end, came exit status $status"
    bad=1
  fi
  if ((bad > 0)); then
    for log in server.out server.err issuer.log; do
      echo "--- $log"
      cat "$work/$log"
    done
    echo "---"
  fi
  rm -rf "$work"
  echo "$good passed, $bad failed"
  ((good > 0 && bad == 0)) || exit 1
}
trap finish EXIT
trap 'exit 130' INT TERM

# wait_until SECONDS PID COMMAND...: true as soon as COMMAND is, false after SECONDS or once PID is gone.
wait_until() {
  local deadline=$((SECONDS + $1)) pid=$2
  shift 2
  until "$@"; do
    if ((SECONDS >= deadline)) || ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    sleep 0.1
  done
}

# install STAMP LIST COMMAND...: runs COMMAND unless STAMP shows that it was done for this LIST.
install() {
  local stamp=$1 list=$2
  shift 2
  if ! cmp -s "$list" "$stamp"; then
    "$@" >"$work/install.log" 2>&1 || { cat "$work/install.log"; give_up "install" "expected $1 to install $list"; }
    cp "$list" "$stamp"
  fi
}

install_python() { python3 -m venv --clear .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }

build_example() {
  cargo build --quiet --manifest-path "$here/../../Cargo.toml" --example resource_server \
    --message-format=json-render-diagnostics |
    sed -nE 's/.*"executable":"([^"]+)".*/\1/p' | tail -n 1
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# client COMMAND...: runs a client for two minutes at most; its lines are the results.
client() {
  local status=0
  timeout --foreground 120 "$@" 2>"$work/client.err" | tee -a "$work/results" || status=$?
  if ((status != 0)); then
    failed "${*##*/}" \
      "expected it to reach its end, came exit status $status: $(tail -n 5 "$work/client.err" | tr '\n' ' ')"
  fi
}

if [[ -n ${RESOURCE_SERVER:-} ]]; then RESOURCE_SERVER=$(realpath "$RESOURCE_SERVER"); fi
cd "$here"
for tool in node npm python3; do
  command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the interop run needs it"
done
install node_modules/.installed package-lock.json npm ci --silent
install .venv/.installed requirements.txt install_python
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

node authorization_server.mjs "$work/settings.json" >"$work/issuer.log" 2>&1 &
issuer_pid=$!
running+=("$issuer_pid")
wait_until 30 "$issuer_pid" test -e "$work/settings.json" ||
  give_up "authorization server" "expected it to listen within 30 s"
setting() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/settings.json" "$1"; }

address=127.0.0.1:$(free_port)
"$server" --listen "$address" --origin "http://$address" \
  --issuer "$(setting issuer)" --audience "$(setting audience)" >"$work/server.out" 2>"$work/server.err" &
server_pid=$!
running+=("$server_pid")
wait_until 30 "$server_pid" grep -q "^listening on http://$address" "$work/server.out" ||
  give_up "resource server" "expected \"listening on http://$address\" within 30 s"

export INTEROP_SETTINGS=$work/settings.json INTEROP_ORIGIN=http://$address INTEROP_RECORD=$work/record
client node client.mjs
client .venv/bin/python client.py
client node rotation.mjs

stopped() { ! kill -0 "$server_pid" 2>/dev/null; }
name="server: stops cleanly on SIGTERM"
kill -TERM "$server_pid" || true
if wait_until 10 $$ stopped; then
  status=0
  wait "$server_pid" || status=$?
  if ((status == 0)); then passed "$name"; else failed "$name" "expected exit status 0, came $status"; fi
else
  failed "$name" "expected it to stop within 10 s, came no end"
fi

name="server: logs each refusal"
refused=$(grep -c '^refused ' "$work/record" || true)
logged=$(wc -l <"$work/server.err")
if ((logged >= refused && refused > 0)); then
  passed "$name"
else
  failed "$name" "expected at least $refused lines (and one) on stderr, came $logged"
fi

# Each payload and each signature is looked for on its own, so that a token in part is found as well.
name="server: no token and no proof in its log"
sed -nE 's/^(token|proof) [^.]+\.([^.]+)\.([^.]+)$/\2\n\3/p' "$work/record" >"$work/secrets"
cat "$work/server.out" "$work/server.err" >"$work/server.log"
if [[ ! -s $work/secrets ]]; then
  failed "$name" "expected tokens and proofs to look for, came none"
elif leaks=$(grep -cFf "$work/secrets" "$work/server.log"); then
  failed "$name" "expected none, came $leaks lines"
else
  passed "$name"
fi
