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
source harness.sh
PATH=$PATH:/usr/sbin
export DEBIAN_FRONTEND=noninteractive

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
declare -A programs=([nginx]=nginx [haproxy]=haproxy [apache]=apache2 [caddy]=caddy)
declare -A configurations=(
  [nginx]=nginx.conf [haproxy]=haproxy.cfg [apache]=apache.conf [caddy]=Caddyfile [envoy]=envoy.yaml
)

all=(nginx haproxy apache caddy envoy direct)
declare -A wanted=()
for proxy in "${@:-"${all[@]}"}"; do
  case " ${all[*]} " in
    *" $proxy "*) wanted[$proxy]=1 ;;
    *) give_up "$proxy" "expected one of ${all[*]}" ;;
  esac
done

install_python() {
  python3 -m venv --clear proxies/.venv && proxies/.venv/bin/pip install --quiet --requirement proxies/requirements.txt
}

# install_proxies: the Debian packages, which are named like their programs.
install_proxies() {
  local proxy missing=()
  for proxy in "${!programs[@]}"; do
    if [[ -n ${wanted[$proxy]:-} ]] && ! command -v "${programs[$proxy]}" >/dev/null; then
      missing+=("${programs[$proxy]}")
    fi
  done
  if ((${#missing[@]} == 0)); then return; fi
  { ((EUID == 0)) && apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } \
    >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; give_up "install" "expected ${missing[*]} on the PATH, or root to install them"; }
}

for tool in node npm python3 openssl; do
  command -v "$tool" >/dev/null || give_up "install" "expected $tool on the PATH, came none; the proxy run needs it"
done
install node_modules/.installed package-lock.json npm ci --silent
install_proxies
if [[ -n ${wanted[envoy]:-} ]]; then install proxies/.venv/.installed proxies/requirements.txt install_python; fi
server=${RESOURCE_SERVER:-$(build_example)} ||
  give_up "build" "expected cargo to build the example resource_server"

# The proxies' workers, which are not root, pass through.
chmod 711 "$work"
certificates=$work/certificates
mkdir "$certificates"
proxies/certificates.sh "$certificates" >"$work/certificates.log" 2>&1 ||
  { cat "$work/certificates.log"; give_up "certificates" "expected openssl to mint them"; }
cat "$certificates/server.pem" "$certificates/server.key" >"$work/haproxy.pem"

start issuer.log node proxies/authorization_server.mjs "$certificates" "$work/settings.json"
wait_until 30 "$started" test -e "$work/settings.json" ||
  give_up "authorization server" "expected it to listen within 30 s"
setting() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/settings.json" "$1"
}
issuer=$(setting issuer)
audience=$(setting audience)
export INTEROP_SETTINGS=$work/settings.json INTEROP_CERTIFICATES=$certificates INTEROP_RECORD=$work/record

# start_server NAME PORT ORIGIN OPTION...: the resource server, with its log in server-NAME.log.
start_server() {
  local name=$1 port=$2 origin=$3
  shift 3
  start "server-$name.log" "$server" --listen "127.0.0.1:$port" --origin "$origin" \
    --issuer "$issuer" --audience "$audience" --ca "$certificates/ca.pem" "$@"
  wait_until 30 "$started" grep -q "^listening on " "$work/server-$name.log" ||
    give_up "server $name" "expected \"listening on ...\" within 30 s"
}

# proxy_command PROXY FILE: sets `command` to what runs the proxy in the foreground with this configuration.
proxy_command() {
  case $1 in
    nginx) command=(nginx -e stderr -p "$work" -c "$2" -g "daemon off;") ;;
    haproxy) command=(haproxy -db -f "$2") ;;
    apache) command=(apache2 -d "$work" -f "$2" -D FOREGROUND) ;;
    caddy) command=(env "XDG_DATA_HOME=$work" "XDG_CONFIG_HOME=$work" caddy run --adapter caddyfile --config "$2") ;;
    envoy) command=(proxies/.venv/bin/envoy --disable-hot-restart --log-level warning --config-path "$2") ;;
  esac
}

# connects PORT: whether something listens there.
connects() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# run_proxy PROXY: its servers, itself, and the cases for each of its forms. With more arguments, LABEL, EDIT (for sed)
# and a member for the routes, it is another configuration of the same proxy.
run_proxy() {
  local proxy=$1 label=${2:-$1} edit=${3:-} member=${4:-} file=$work/${configurations[$1]} user=www-data
  local of form header port server_port option placeholder command route fill ready=() cases=()
  if ((EUID != 0)); then user=$(id -un); fi
  fill=(-e "s|@WORK@|$work|g" -e "s|@CERTIFICATES@|$certificates|g" -e "s|@MODULES@|/usr/lib/apache2/modules|g"
    -e "s|@USER@|$user|g" -e "s|@GROUP@|$(id -gn "$user")|g" -e "$edit")
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
  proxy_command "$proxy" "$file"
  start "${label// /-}.log" "${command[@]}"
  for port in "${ready[@]}"; do
    if ! wait_until 30 "$started" connects "$port"; then
      failed "$label" "expected it to listen within 30 s"
      return
    fi
  done
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

for proxy in nginx haproxy apache caddy envoy; do
  if [[ -n ${wanted[$proxy]:-} ]]; then run_proxy "$proxy"; fi
done
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
if [[ ! -s $work/secrets ]]; then
  failed "$name" "expected tokens and certificates to look for, came none"
elif leaks=$(grep -cFf "$work/secrets" "$work/servers"); then
  failed "$name" "expected none, came $leaks lines"
else
  passed "$name"
fi

name="servers: log each refusal"
refused=$(grep -c '^refused 401' "$work/record" || true)
logged=$(wc -l <"$work/servers")
if ((logged >= refused && refused > 0)); then
  passed "$name"
else
  failed "$name" "expected at least $refused lines, came $logged"
fi
