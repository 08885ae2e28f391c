// The resource servers of the introspection run, with their credentials at the authorization server.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resourceServer } from "../processes.mjs";
import { settings } from "../oauth_client.mjs";

const certificate = (file) => join(process.env.INTEROP_CERTIFICATES, file);

function written(name, content) {
  const path = join(process.env.INTEROP_WORK, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

/** Authenticates by private_key_jwt. */
export const byKey = (key) => {
  const file = written(`${key.kid}.jwk`, JSON.stringify(key));
  return ["--client-id", "rs-key", "--client-key", file];
};

/** Authenticates by self_signed_tls_client_auth. */
export const byCertificate = (name) => {
  const parts = [`${name}.pem`, `${name}.key`].map((file) => readFileSync(certificate(file)));
  return ["--client-id", "rs-tls", "--client-tls", written(`client-${name}.pem`, Buffer.concat(parts))];
};

/** For DPoP-bound tokens. `tokens` says which ones are introspected: `all` or `jwt`. */
export function introspecting(name, tokens, options) {
  const all = ["--ca", certificate("ca.pem"), "--introspect", tokens, ...options];
  return resourceServer(`introspecting-${name}`, settings, all);
}

/** For certificate-bound tokens: a server with TLS of its own. */
export function introspectingWithTls(name, options) {
  const tls = ["--tls-cert", certificate("server.pem"), "--tls-key", certificate("server.key")];
  const all = [...tls, "--ca", certificate("ca.pem"), "--introspect", "all", ...options];
  return resourceServer(`introspecting-${name}`, settings, all, "https");
}
