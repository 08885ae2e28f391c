#!/usr/bin/env bash
# The MCP run: the example `mcp_server`, with the TypeScript SDK of the Model Context Protocol as its client, and with the
# conformance suite.
#
#   mcp/authorization_server.mjs   oidc-provider (node), issues tokens for the resource that a client names
#   mcp/client.mjs                 the cases: discovery, challenges, step-up, DPoP, and misuse of tokens and proofs
#   mcp/conformance.mjs            scenarios of the suite, through a proxy that adds tokens and proofs
#
# Needs cargo and node with npm; the suite needs Node 22, which the npm package `node` brings. Takes no arguments. The
# packages are installed beside their list, in the versions that mcp/package-lock.json names. Only loopback is called.
# MCP_SERVER, the path of a program with the same command line, takes the place of the example.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

if [[ -n ${MCP_SERVER:-} ]]; then MCP_SERVER=$(realpath "$MCP_SERVER"); fi
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh

for tool in node npm python3; do
  command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the MCP run needs it"
done
install mcp/node_modules/.installed mcp/package-lock.json npm ci --prefix mcp --silent
node=mcp/node_modules/.bin/node
server=${MCP_SERVER:-$(build_example mcp_server mcp)} || give_up "build" "expected cargo to build the example mcp_server"

start issuer.log "$node" mcp/authorization_server.mjs "$work/settings.json"
wait_until 30 "$started" test -e "$work/settings.json" ||
  give_up "authorization server" "expected it to listen within 30 s"
issuer=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["issuer"])' "$work/settings.json")

start server.log "$server" 127.0.0.1:0 "$issuer"
wait_until 30 "$started" grep -q "^listening on " "$work/server.log" ||
  give_up "MCP server" "expected \"listening on ...\" within 30 s"
url=$(sed -nE 's/^listening on (.*)/\1/p' "$work/server.log")

export INTEROP_SETTINGS=$work/settings.json INTEROP_MCP=$url
client "$node" mcp/client.mjs
client "$node" mcp/conformance.mjs
