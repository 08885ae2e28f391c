# What the runs with real proxies share: which of them are wanted, their installation, and how they are started. To be
# sourced after harness.sh, in the directory of the scripts.

PATH=$PATH:/usr/sbin
export DEBIAN_FRONTEND=noninteractive

# Each proxy that Debian has, and its program there. Envoy comes from proxies/requirements.txt.
declare -A programs=([nginx]=nginx [haproxy]=haproxy [apache]=apache2 [caddy]=caddy)
declare -A wanted=()

# choose ALL ARGUMENT...: sets `wanted` for each argument, which must be in the array ALL; for all of them without one.
choose() {
  local -n all=$1
  local name
  shift
  for name in "${@:-"${all[@]}"}"; do
    case " ${all[*]} " in
      *" $name "*) wanted[$name]=1 ;;
      *) give_up "$name" "expected one of ${all[*]}" ;;
    esac
  done
}

# require RUN TOOL...: gives up without one of these on the PATH.
require() {
  local run=$1 tool
  shift
  for tool in "$@"; do
    command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the $run run needs it"
  done
}

install_envoy() {
  python3 -m venv --clear proxies/.venv && proxies/.venv/bin/pip install --quiet --requirement proxies/requirements.txt
}

# install_proxies PROXY...: the Debian packages, which are named like their programs, and Envoy.
install_proxies() {
  local proxy missing=()
  for proxy in "$@"; do
    if [[ $proxy == envoy ]]; then
      install proxies/.venv/.installed proxies/requirements.txt install_envoy
    elif ! command -v "${programs[$proxy]}" >/dev/null; then
      missing+=("${programs[$proxy]}")
    fi
  done
  if ((${#missing[@]} == 0)); then return; fi
  { ((EUID == 0)) && apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; give_up "install" "expected ${missing[*]} on the PATH, or root to install them"; }
}

# mint_certificates: sets `certificates`, the folder with those of servers and clients.
mint_certificates() {
  certificates=$work/certificates
  mkdir "$certificates"
  proxies/certificates.sh "$certificates" >"$work/certificates.log" 2>&1 ||
    { cat "$work/certificates.log"; give_up "certificates" "expected openssl to mint them"; }
  export INTEROP_CERTIFICATES=$certificates
}

# start_issuer NAME COMMAND...: an authorization server that writes its settings into the file that is its last argument,
# and its log in NAME.log. Sets `issuer` and `audience`.
start_issuer() {
  local name=$1
  shift
  export INTEROP_SETTINGS=$work/$name.json INTEROP_RECORD=$work/record
  start "$name.log" "$@" "$INTEROP_SETTINGS"
  wait_until 30 "$started" test -e "$INTEROP_SETTINGS" ||
    give_up "authorization server" "expected it to listen within 30 s"
  issuer=$(setting issuer)
  audience=$(setting audience)
}

# setting NAME: one of the settings of the authorization server.
setting() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$INTEROP_SETTINGS" "$1"
}

# start_proxy PROXY LABEL FOLDER FILE PORT...: runs the proxy with this configuration, and its log in LABEL.log. False,
# and a failed case, unless it listens on the ports within 30 s.
start_proxy() {
  local proxy=$1 label=$2 folder=$3 file=$4 port command
  shift 4
  case $proxy in
    nginx) command=(nginx -e stderr -p "$folder" -c "$file" -g "daemon off;") ;;
    haproxy) command=(haproxy -db -f "$file") ;;
    apache) command=(apache2 -d "$folder" -f "$file" -D FOREGROUND) ;;
    caddy) command=(env "XDG_DATA_HOME=$folder" "XDG_CONFIG_HOME=$folder" caddy run --adapter caddyfile --config "$file") ;;
    envoy) command=(proxies/.venv/bin/envoy --disable-hot-restart --log-level warning --config-path "$file") ;;
  esac
  start "${label// /-}.log" "${command[@]}"
  for port in "$@"; do
    if ! wait_until 30 "$started" connects "$port"; then
      failed "$label" "expected it to listen within 30 s"
      return 1
    fi
  done
}

# connects PORT: whether something listens there.
connects() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# workers: the user whose worker processes serve, and its group: root cannot, and others can only be themselves.
workers() {
  local user=www-data
  if ((EUID != 0)); then user=$(id -un); fi
  echo "$user $(id -gn "$user")"
}

# expect_no_secret NAME LOG: none of the texts in $work/secrets, one a line, is in the log.
expect_no_secret() {
  local leaks
  if [[ ! -s $work/secrets ]]; then
    failed "$1" "expected texts to look for, came none"
  elif leaks=$(grep -cFf "$work/secrets" "$2"); then
    failed "$1" "expected none, came $leaks lines"
  else
    passed "$1"
  fi
}
