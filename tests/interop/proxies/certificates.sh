#!/usr/bin/env bash
# Mints the certificates of the proxy run with openssl: NAME.pem and NAME.key in the directory DIR.
#
#   certificates.sh DIR
#
#   ca        the root of server, a, b and rsa
#   server    for the proxies, the resource server and the authorization server
#   a         EC P-256, of the client that most tokens are bound to
#   b         EC P-256, of another client
#   rsa       RSA 4096, whose certificate is the longest
#   self      EC P-256, signed by nobody but itself
#   crafted   self-signed, with the thumbprint of `a` in its names, in the grammar of X-Forwarded-Client-Cert

set -euo pipefail
cd "$1"

ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
rsa=(-newkey rsa:4096)
usage="basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature"

# request NAME KEY...: a new key, and a request for a certificate with the name CN=NAME,O=Interop.
request() {
  local name=$1
  shift
  openssl req -new "$@" -nodes -sha256 -subj "/O=Interop/CN=$name" -keyout "$name.key" -out "$name.csr"
}

# issue NAME EXTENSIONS SIGNER...: the certificate, for a week.
issue() {
  local name=$1 extensions=$2
  shift 2
  openssl x509 -req -in "$name.csr" -out "$name.pem" -days 7 -sha256 -extfile <(echo "$extensions") "$@"
  rm "$name.csr"
}

by_ca=(-CA ca.pem -CAkey ca.key -CAcreateserial)
for_client="$usage
extendedKeyUsage = clientAuth"

request ca "${ec[@]}"
issue ca "basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign" -signkey ca.key

request server "${ec[@]}"
issue server "$usage
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, IP:127.0.0.1" "${by_ca[@]}"

request a "${ec[@]}"
issue a "$for_client" "${by_ca[@]}"
request b "${ec[@]}"
issue b "$for_client" "${by_ca[@]}"
request rsa "${rsa[@]}"
issue rsa "$for_client" "${by_ca[@]}"
request self "${ec[@]}"
issue self "$for_client" -signkey self.key

thumbprint=$(openssl x509 -in a.pem -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)
request crafted "${ec[@]}"
issue crafted "$for_client
subjectAltName = @names
[names]
URI.1 = spiffe://example.com/x,Hash=$thumbprint
DNS.1 = x.example.com;Hash=$thumbprint" -signkey crafted.key
