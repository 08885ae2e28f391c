#!/usr/bin/env bash
# The host run: two public hosts at the example resource server, behind real proxies that state which of them the client
# addressed (RFC 7239, X-Forwarded-*).
#
#   hosts/client.mjs             the cases, the same for every proxy
#   hosts/nginx.conf, ...        the configurations, as we would recommend them
#
# Needs cargo, node 20 or later, python3 with venv, and the Debian packages nginx, haproxy, apache2 and caddy, which it
# installs if they are missing and it runs as root. Envoy comes from proxies/requirements.txt. RESOURCE_SERVER, the path of a program with the same command line, takes the
# place of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

if [[ -n ${RESOURCE_SERVER:-} ]]; then RESOURCE_SERVER=$(realpath "$RESOURCE_SERVER"); fi
cd "$(dirname "${BASH_SOURCE[0]}")"
source harness.sh
PATH=$PATH:/usr/sbin
export DEBIAN_FRONTEND=noninteractive

missing=()
for program in nginx haproxy apache2 caddy; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]} > 0)); then
  { ((EUID == 0)) && apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; give_up "install" "expected ${missing[*]} on the PATH, or root to install them"; }
fi
install_python() {
  python3 -m venv --clear proxies/.venv && proxies/.venv/bin/pip install --quiet --requirement proxies/requirements.txt
}
install proxies/.venv/.installed proxies/requirements.txt install_python
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

# The proxies' workers, which are not root, pass through.
chmod 711 "$work"
# No token is accepted in this run: a key that nobody holds.
cat >"$work/jwks.json" <<'JWKS'
{"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
JWKS

# connects PORT: whether something listens there.
connects() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# run_proxy NAME FIELDS FILE COMMAND...: a resource server that reads these fields, the proxy, and the cases. In the
# command, @FILE@ is the configuration.
run_proxy() {
  local name=$1 fields=$2 file=$work/$3 source=hosts/$3 user=www-data port server_port
  shift 3
  if ((EUID != 0)); then user=$(id -un); fi
  read -r port server_port < <(free_ports 2)
  start "server-$name.log" "$server" --listen "127.0.0.1:$server_port" --origin "http://one.example.com" \
    --origin "http://two.example.com" --insecure-http-origin --forwarded "$fields" --trusted-peer 127.0.0.1 \
    --issuer https://as.example.com --jwks "$work/jwks.json" --audience https://api.example.com --name-refusals
  wait_until 30 "$started" connects "$server_port" || give_up "server $name" "expected it to listen within 30 s"
  sed -e "s|@WORK@|$work|g" -e "s|@PORT@|$port|g" -e "s|@SERVER@|$server_port|g" -e "s|@USER@|$user|g" \
    -e "s|@GROUP@|$(id -gn "$user")|g" -e "s|@MODULES@|/usr/lib/apache2/modules|g" "$source" >"$file"
  start "$name.log" "${@//@FILE@/$file}"
  if ! wait_until 30 "$started" connects "$port"; then
    failed "$name" "expected it to listen within 30 s"
    return
  fi
  client node hosts/client.mjs "$name" "$port" "$server_port"
}

run_proxy nginx x-forwarded nginx.conf nginx -e stderr -p "$work" -c @FILE@ -g "daemon off;"
run_proxy haproxy x-forwarded haproxy-x.cfg haproxy -db -f @FILE@
run_proxy haproxy-rfc7239 rfc7239 haproxy-rfc7239.cfg haproxy -db -f @FILE@
run_proxy apache x-forwarded apache.conf apache2 -d "$work" -f @FILE@ -D FOREGROUND
run_proxy caddy x-forwarded Caddyfile env "XDG_DATA_HOME=$work" "XDG_CONFIG_HOME=$work" caddy run \
  --adapter caddyfile --config @FILE@
run_proxy envoy x-forwarded envoy.yaml proxies/.venv/bin/envoy --disable-hot-restart --log-level warning \
  --config-path @FILE@
