# What the scripts of the interop run share: results, processes and bounded waits. To be sourced.
#
# A script prints one line per case and `N passed, N failed` at the end; its exit status is 0 only if cases ran and all
# passed. The script's directory is the current one. The logs of what it started are shown after a failure.

work=$(mktemp -d)
running=()
logs=()
touch "$work/results" "$work/record"

passed() { echo "ok - $1" | tee -a "$work/results"; }
failed() { echo "FAILED - $1: $2" | tee -a "$work/results"; }
give_up() { failed "$1" "$2"; exit 1; }

# start LOG COMMAND...: runs COMMAND in the background, in a process group of its own; its id is $started.
start() {
  local log=$1
  shift
  logs+=("$log")
  touch "$work/$log"
  setsid "$@" >"$work/$log" 2>&1 &
  started=$!
  running+=("$started")
}

# stop_all: asks every process to end, and after 5 s kills those that are left, with their children.
stop_all() {
  local pid
  for pid in "${running[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${running[@]}"; do
    wait_until 5 "$pid" false || true
    kill -KILL -- "-$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  running=()
}

finish() {
  local status=$? good bad log
  trap - EXIT
  stop_all
  good=$(grep -c '^ok - ' "$work/results" || true)
  bad=$(grep -c '^FAILED - ' "$work/results" || true)
  if ((status != 0 && bad == 0)); then
    failed "${0##*/}" "expected to reach its end, came exit status $status"
    bad=1
  fi
  if ((bad > 0)); then
    for log in "${logs[@]}"; do
      echo "--- $log"
      tail -n 50 "$work/$log"
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

# build_example [EXAMPLE FEATURE]: the path of the example, resource_server without arguments.
build_example() {
  cargo build --quiet --manifest-path ../../Cargo.toml --features "${2:-rustls}" --example "${1:-resource_server}" \
    --message-format=json-render-diagnostics |
    sed -nE 's/.*"executable":"([^"]+)".*/\1/p' | tail -n 1
}

# free_ports N: as many free ports, all different.
free_ports() {
  python3 -c '
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(int(sys.argv[1]))]
print(*(s.getsockname()[1] for s in sockets))' "$1"
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
