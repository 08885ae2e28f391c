#!/usr/bin/env bash
# The interop run: foreign OAuth software against the example resource server.
#
#   authorization_server.mjs                 oidc-provider (node), issues DPoP-bound tokens and rotates its keys
#   client.mjs, rotation.mjs                 oauth4webapi (node)
#   client.py                                requests-oauth2client (Python)
#   files.mjs                                deny-list and exceptions in files that change
#   nonces.mjs, nonces.py                    oauth4webapi, openid-client and requests-oauth2client, against servers with nonces
#   introspection/authorization_server.mjs   oidc-provider over TLS, issues opaque tokens and revokes them
#   introspection/client.mjs, outage.mjs     oauth4webapi, against servers that introspect
#   step_up/authorization_server.mjs         oidc-provider with a user, issues tokens with `acr` and `auth_time`
#   step_up/client.mjs                       oauth4webapi reads the metadata, openid-client follows challenges for more
#
# Needs cargo, node 20 or later with npm, python3 with venv, and openssl; takes no arguments. The packages are installed
# beside this file, in the versions that package-lock.json and requirements.txt name. RESOURCE_SERVER, the path of a
# program with the same command line, takes the place of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

if [[ -n ${RESOURCE_SERVER:-} ]]; then RESOURCE_SERVER=$(realpath "$RESOURCE_SERVER"); fi
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh

install_python() { python3 -m venv --clear .venv && .venv/bin/pip install --quiet --requirement requirements.txt; }

for tool in node npm python3 openssl; do
  command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the interop run needs it"
done
install node_modules/.installed package-lock.json npm ci --silent
install .venv/.installed requirements.txt install_python
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

start issuer.log node authorization_server.mjs "$work/settings.json"
issuer_pid=$started
wait_until 30 "$issuer_pid" test -e "$work/settings.json" ||
  give_up "authorization server" "expected it to listen within 30 s"
setting() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/settings.json" "$1"; }

address=127.0.0.1:$(free_ports 1)
"$server" --listen "$address" --origin "http://$address" \
  --issuer "$(setting issuer)" --audience "$(setting audience)" >"$work/server.out" 2>"$work/server.err" &
server_pid=$!
running+=("$server_pid")
logs+=(server.out server.err)
wait_until 30 "$server_pid" grep -q "^listening on http://$address" "$work/server.out" ||
  give_up "resource server" "expected \"listening on http://$address\" within 30 s"

export INTEROP_SETTINGS=$work/settings.json INTEROP_ORIGIN=http://$address INTEROP_RECORD=$work/record
client node client.mjs
client .venv/bin/python client.py
client node rotation.mjs

# The other resource servers are started by the client of their cases, and log to $work/NAME.log.
export INTEROP_SERVER=$server INTEROP_WORK=$work
client node files.mjs
client node nonces.mjs

certificates=$work/certificates
mkdir "$certificates"
proxies/certificates.sh "$certificates" >"$work/certificates.log" 2>&1 ||
  { cat "$work/certificates.log"; give_up "certificates" "expected openssl to mint them"; }
export INTEROP_CERTIFICATES=$certificates NODE_EXTRA_CA_CERTS=$certificates/ca.pem
export INTEROP_SETTINGS=$work/introspection.json
start introspection-issuer.log node introspection/authorization_server.mjs "$certificates" "$INTEROP_SETTINGS"
wait_until 30 "$started" test -e "$INTEROP_SETTINGS" ||
  give_up "authorization server over TLS" "expected it to listen within 30 s"
client node introspection/client.mjs
client node introspection/outage.mjs

export INTEROP_SETTINGS=$work/step-up.json
start user-issuer.log node step_up/authorization_server.mjs "$INTEROP_SETTINGS"
wait_until 30 "$started" test -e "$INTEROP_SETTINGS" ||
  give_up "authorization server with a user" "expected it to listen within 30 s"
client node step_up/client.mjs
shopt -s nullglob
for log in "$work"/{deny,exceptions,introspecting,nonces,step-up}*.log; do logs+=("${log##*/}"); done

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

cat "$work"/server.{out,err} "$work"/{deny,exceptions,introspecting,nonces,step-up}*.log >"$work/servers"
name="servers: log each refusal"
refused=$(grep -c '^refused ' "$work/record" || true)
logged=$(grep -cE ' request (accepted|refused)' "$work/servers" || true)
if ((logged >= refused && refused > 0)); then
  passed "$name"
else
  failed "$name" "expected at least $refused requests on stderr, came $logged"
fi

# Each payload and each signature is looked for on its own, so that a token in part is found as well; of client
# assertions and signed responses the beginning of their headers: `alg`, `typ` or `kid`.
name="servers: no token, no proof and no assertion in their logs"
sed -nE -e 's/^(token|proof) [^.]+\.([^.]+)\.([^.]+)$/\2\n\3/p' -e 's/^token ([^.]+)$/\1/p' "$work/record" \
  >"$work/secrets"
if ! grep -q '^.\{43\}$' "$work/secrets" || ! grep -q '^.\{86\}$' "$work/secrets"; then
  failed "$name" "expected opaque tokens and signatures to look for, came none"
elif leaks=$(grep -cF -e eyJhbGciOi -e eyJ0eXAiOi -e eyJraWQiOi -f "$work/secrets" "$work/servers"); then
  failed "$name" "expected none, came $leaks lines"
else
  passed "$name"
fi
