// The authorization server of the interop run: oidc-provider on a free loopback port.
//
//   node authorization_server.mjs SETTINGS
//
// It issues `at+jwt` access tokens by client_credentials with private_key_jwt, to `interop-client` only with DPoP. The
// resource indicator of the token request chooses the algorithm that signs the token; all resources but one mean the
// same audience.
// Once it listens it writes SETTINGS, a JSON file with all that a client has to know. Two paths belong to the run:
//
//   POST /run/rotate          puts a new set of signing keys in front of the old ones
//   GET  /run/jwks-requests   how often the key set was fetched

import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";

// oidc-provider calls URL.parse, which Node 20 lacks: every proof would be refused with "invalid DPoP key binding".
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { Provider } = await import("oidc-provider");

const AUDIENCE = "https://api.example.com";
const FOREIGN_RESOURCE = "https://other.example.com";
const LEGACY_CLIENTS = ["legacy-batch", "legacy-report"];
const SCOPE = "reports:read";
const TOKEN_ALGORITHMS = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"];
const PROOF_ALGORITHMS = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256"];

const resources = Object.fromEntries(TOKEN_ALGORITHMS.map((alg) => [alg, `${AUDIENCE}/signed-with/${alg}`]));
const resourceServers = new Map(
  Object.entries(resources).map(([alg, resource]) => [resource, { audience: AUDIENCE, alg }]),
).set(FOREIGN_RESOURCE, { audience: FOREIGN_RESOURCE, alg: "ES256" });

async function privateJwk(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return exportJWK(privateKey);
}

// Without `alg` in the key, one RSA key serves RS256 and PS256, one Ed25519 key serves EdDSA and Ed25519.
function signingKeys() {
  return Promise.all(["ES256", "ES384", "Ed25519", "RS256"].map(privateJwk));
}

function client(name, { d: _, ...publicKey }) {
  return {
    client_id: name,
    grant_types: ["client_credentials"],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks: { keys: [publicKey] },
  };
}

function requestHandler(issuer, clientKey, keys) {
  return new Provider(issuer, {
    clients: [
      { ...client("interop-client", clientKey), dpop_bound_access_tokens: true },
      ...LEGACY_CLIENTS.map((name) => client(name, clientKey)),
    ],
    jwks: { keys },
    scopes: [SCOPE],
    enabledJWA: { dPoPSigningAlgValues: PROOF_ALGORITHMS },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, resource) {
          const { audience, alg } = resourceServers.get(resource);
          return { scope: SCOPE, audience, accessTokenFormat: "jwt", jwt: { sign: { alg } } };
        },
      },
    },
  }).callback();
}

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const clientKey = { ...(await privateJwk("ES256")), kid: "interop-client-key", alg: "ES256" };

let keys = await signingKeys();
let handle = requestHandler(issuer, clientKey, keys);
let jwksRequests = 0;

server.on("request", async (request, response) => {
  if (request.url === "/run/jwks-requests") {
    response.end(String(jwksRequests));
  } else if (request.url === "/run/rotate") {
    // The first key that fits signs, so the new ones sign at once; the old ones are still published.
    keys = [...(await signingKeys()), ...keys];
    handle = requestHandler(issuer, clientKey, keys);
    response.end();
  } else {
    if (request.url === "/jwks") jwksRequests += 1;
    handle(request, response);
  }
});

const [settings] = process.argv.slice(2);
writeFileSync(
  `${settings}.part`,
  JSON.stringify({
    issuer,
    audience: AUDIENCE,
    clientId: "interop-client",
    clientKey,
    legacyClients: LEGACY_CLIENTS,
    scope: SCOPE,
    resources,
    foreignResource: FOREIGN_RESOURCE,
    proofAlgorithms: PROOF_ALGORITHMS,
  }),
);
renameSync(`${settings}.part`, settings);
