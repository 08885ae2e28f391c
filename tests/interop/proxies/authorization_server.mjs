// The authorization server of the proxy run: oidc-provider over TLS on a free loopback port.
//
//   node authorization_server.mjs CERTIFICATES SETTINGS
//
// It issues certificate-bound `at+jwt` access tokens (RFC 8705 section 3) by client_credentials. Its clients are named
// like their certificates: `a`, `b` and `rsa` authenticate by tls_client_auth, `self` and `crafted` by
// self_signed_tls_client_auth. Once it listens it writes SETTINGS, a JSON file with all that a client has to know.

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";

// oidc-provider calls URL.parse, which Node 20 lacks.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { Provider } = await import("oidc-provider");

const AUDIENCE = "https://api.example.com";
const SCOPE = "reports:read";

const [certificates, settings] = process.argv.slice(2);
const file = (name) => readFileSync(join(certificates, name));

// The order of RFC 4514: the most specific name first, which is the last one in the certificate.
const subjectDn = (certificate) => certificate.subject.split("\n").reverse().join(",");

function issuedByCa(name) {
  return {
    client_id: name,
    token_endpoint_auth_method: "tls_client_auth",
    tls_client_auth_subject_dn: `CN=${name},O=Interop`,
  };
}

function selfSigned(name) {
  const certificate = new X509Certificate(file(`${name}.pem`));
  const key = { ...certificate.publicKey.export({ format: "jwk" }), x5c: [certificate.raw.toString("base64")] };
  return { client_id: name, token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: { keys: [key] } };
}

const clients = [...["a", "b", "rsa"].map(issuedByCa), ...["self", "crafted"].map(selfSigned)].map((client) => ({
  ...client,
  grant_types: ["client_credentials"],
  response_types: [],
  redirect_uris: [],
  id_token_signed_response_alg: "ES256", // the one that the server's only key has
  tls_client_certificate_bound_access_tokens: true,
}));

// The node server asks for a certificate and takes any; whether the CA issued it is `socket.authorized`.
const presented = (ctx) => ctx.socket.getPeerX509Certificate();
const mTLS = {
  enabled: true,
  certificateBoundAccessTokens: true,
  tlsClientAuth: true,
  selfSignedTlsClientAuth: true,
  getCertificate: presented,
  certificateAuthorized: (ctx) => ctx.socket.authorized,
  certificateSubjectMatches(ctx, property, expected) {
    if (property !== "tls_client_auth_subject_dn") throw new Error(`no client is registered with ${property}`);
    return subjectDn(presented(ctx)) === expected;
  },
};

const { privateKey } = await generateKeyPair("ES256", { extractable: true });
const server = createServer({
  key: file("server.key"),
  cert: file("server.pem"),
  ca: file("ca.pem"),
  requestCert: true,
  rejectUnauthorized: false,
}).listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `https://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  clientAuthMethods: ["tls_client_auth", "self_signed_tls_client_auth"],
  jwks: { keys: [await exportJWK(privateKey)] },
  scopes: [SCOPE],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    mTLS,
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: AUDIENCE,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
});
server.on("request", provider.callback());

writeFileSync(`${settings}.part`, JSON.stringify({ issuer, audience: AUDIENCE, scope: SCOPE }));
renameSync(`${settings}.part`, settings);
