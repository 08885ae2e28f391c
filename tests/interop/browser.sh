#!/usr/bin/env bash
# The browser run: headless Chromium with the page of the example `browser`, which calls APIs on other origins.
#
#   browser/client.mjs     the cases: CORS on the wire, what the page shows, its key, other origins
#   browser/exchange.mjs   the cases of the nonce exchange, with servers whose answers they write down
#   browser/nonces.mjs     the cases of the nonces of the APIs
#   browser/browser.mjs    starts Chromium, through playwright-core
#
# Needs cargo, node 20 or later with npm, and Debian's package chromium, which it installs if it is missing and the run
# has the rights of root; takes no arguments. CHROMIUM, the path of a Chromium, takes the place of Debian's. The driver
# is installed beside its list, in the version that browser/package-lock.json names. Only loopback is called.
#
# Prints one line per case and `N passed, N failed` at the end; the exit status is 0 only if cases ran and all passed.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
source ./harness.sh
export CHROMIUM=${CHROMIUM:-/usr/bin/chromium} DEBIAN_FRONTEND=noninteractive

install_chromium() {
  if [[ -x $CHROMIUM ]]; then return; fi
  { ((EUID == 0)) && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; } \
    >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; give_up "install" "expected $CHROMIUM, or root to install it"; }
}

for tool in node npm; do
  command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the browser run needs it"
done
install browser/node_modules/.installed browser/package-lock.json npm ci --prefix browser --silent
install_chromium
example=$(build_example browser browser) || give_up "build" "expected cargo to build the example browser"

start server.log "$example" 127.0.0.1:0
wait_until 30 "$started" grep -q "^open " "$work/server.log" ||
  give_up "example browser" "expected \"open ...\" within 30 s"
page=$(sed -nE 's|^open (http://[^ /]+)/ .*|\1|p' "$work/server.log")

export BROWSER_PAGE=$page BROWSER_LOG=$work/server.log BROWSER_PROFILE=$work/profile
client node browser/client.mjs
