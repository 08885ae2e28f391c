// The authorization server of the introspection run: oidc-provider over TLS, which may be stopped and started again.
//
//   node authorization_server.mjs CERTIFICATES SETTINGS
//
// It issues access tokens by client_credentials. The resource of the token request decides whether they are opaque or
// JWTs, the client whether they are DPoP-bound (`interop-client`, by private_key_jwt) or certificate-bound (`a`, by
// self_signed_tls_client_auth). It introspects (RFC 7662, RFC 9701) for the resource servers `rs-key` and `rs-tls`, and
// revokes (RFC 7009). Once it listens it writes SETTINGS, a JSON file with all that clients and resource servers need.
// Started with that file, it has the address and the keys of before, but none of the tokens.
//
//   GET /run/introspections   how many requests the introspection endpoint received

import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";

// oidc-provider calls URL.parse, which Node 20 lacks.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { Provider } = await import("oidc-provider");

const AUDIENCE = "https://api.example.com";
const SCOPE = "reports:read";
const PROOF_ALGORITHMS = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256"];
const resources = { opaque: AUDIENCE, jwt: `${AUDIENCE}/jwt` };

const [certificates, settingsFile] = process.argv.slice(2);
const file = (name) => readFileSync(join(certificates, name));

async function privateJwk(alg, kid) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg };
}

async function newSettings() {
  return {
    port: 0,
    signingKeys: await Promise.all(["ES256", "RS256"].map((alg) => privateJwk(alg, `signs-${alg}`))),
    audience: AUDIENCE,
    clientId: "interop-client",
    clientKey: await privateJwk("ES256", "interop-client-key"),
    introspectorKey: await privateJwk("ES256", "rs-key"),
    scope: SCOPE,
    resources,
    proofAlgorithms: PROOF_ALGORITHMS,
  };
}

const settings = existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile)) : await newSettings();

const byKey = (name, { d: _, ...publicKey }) => ({
  client_id: name,
  token_endpoint_auth_method: "private_key_jwt",
  token_endpoint_auth_signing_alg: "ES256",
  jwks: { keys: [publicKey] },
});

function byCertificate(name, certificateName) {
  const certificate = new X509Certificate(file(`${certificateName}.pem`));
  const key = { ...certificate.publicKey.export({ format: "jwk" }), x5c: [certificate.raw.toString("base64")] };
  return { client_id: name, token_endpoint_auth_method: "self_signed_tls_client_auth", jwks: { keys: [key] } };
}

const requestsTokens = { grant_types: ["client_credentials"] };
const introspects = { grant_types: [], introspection_signed_response_alg: "ES256" };
const clients = [
  { ...byKey(settings.clientId, settings.clientKey), ...requestsTokens, dpop_bound_access_tokens: true },
  { ...byCertificate("a", "a"), ...requestsTokens, tls_client_certificate_bound_access_tokens: true },
  { ...byKey("rs-key", settings.introspectorKey), ...introspects },
  { ...byCertificate("rs-tls", "self"), ...introspects },
].map((client) => ({ ...client, response_types: [], redirect_uris: [], id_token_signed_response_alg: "ES256" }));

// Requests a client certificate and accepts any: oidc-provider compares it with that of the client.
const server = createServer({
  key: file("server.key"),
  cert: file("server.pem"),
  requestCert: true,
  rejectUnauthorized: false,
}).listen(settings.port, "127.0.0.1");
await once(server, "listening");
settings.pid = process.pid;
settings.port = server.address().port;
settings.issuer = `https://127.0.0.1:${settings.port}`;

const handle = new Provider(settings.issuer, {
  clients,
  clientAuthMethods: ["private_key_jwt", "self_signed_tls_client_auth"],
  jwks: { keys: settings.signingKeys },
  scopes: [SCOPE],
  enabledJWA: { dPoPSigningAlgValues: PROOF_ALGORITHMS },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientId.startsWith("rs-") },
    jwtIntrospection: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate(),
    },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: SCOPE,
        audience: AUDIENCE,
        accessTokenFormat: resource === resources.jwt ? "jwt" : "opaque",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
  },
}).callback();

process.on("SIGTERM", () => process.exit());
let introspections = 0;
server.on("request", (request, response) => {
  if (request.url === "/run/introspections") {
    response.end(String(introspections));
  } else {
    if (request.url === "/token/introspection") introspections += 1;
    handle(request, response);
  }
});

writeFileSync(`${settingsFile}.part`, JSON.stringify(settings));
renameSync(`${settingsFile}.part`, settingsFile);
