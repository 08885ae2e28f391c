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
source ./harness.sh
source ./lib/proxies.sh

require host node python3
install_proxies nginx haproxy apache caddy envoy
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

# The proxies' workers, which are not root, pass through.
chmod 711 "$work"
# No token is accepted in this run: a key that nobody holds.
cat >"$work/jwks.json" <<'JWKS'
{"keys": [{"kty": "EC", "crv": "P-256", "kid": "k", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}
JWKS

# run_proxy NAME PROXY FIELDS FILE: a resource server that reads these fields, the proxy with this configuration, and the
# cases.
run_proxy() {
  local name=$1 proxy=$2 fields=$3 file=$work/$4 source=hosts/$4 user group port server_port
  read -r user group < <(workers)
  read -r port server_port < <(free_ports 2)
  start "server-$name.log" "$server" --listen "127.0.0.1:$server_port" --origin "http://one.example.com" \
    --origin "http://two.example.com" --insecure-http-origin --forwarded "$fields" --trusted-peer 127.0.0.1 \
    --issuer https://as.example.com --jwks "$work/jwks.json" --audience https://api.example.com --name-refusals
  wait_until 30 "$started" connects "$server_port" || give_up "server $name" "expected it to listen within 30 s"
  sed -e "s|@WORK@|$work|g" -e "s|@PORT@|$port|g" -e "s|@SERVER@|$server_port|g" -e "s|@USER@|$user|g" \
    -e "s|@GROUP@|$group|g" -e "s|@MODULES@|/usr/lib/apache2/modules|g" "$source" >"$file"
  start_proxy "$proxy" "$name" "$work" "$file" "$port" || return 0
  client node hosts/client.mjs "$name" "$port" "$server_port"
}

run_proxy nginx nginx x-forwarded nginx.conf
run_proxy haproxy haproxy x-forwarded haproxy-x.cfg
run_proxy haproxy-rfc7239 haproxy rfc7239 haproxy-rfc7239.cfg
run_proxy apache apache x-forwarded apache.conf
run_proxy caddy caddy x-forwarded Caddyfile
run_proxy envoy envoy x-forwarded envoy.yaml
