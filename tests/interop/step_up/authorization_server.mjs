// The authorization server of the step-up run: oidc-provider on a free loopback port, with a user who authenticates.
//
//   node step_up/authorization_server.mjs SETTINGS
//
// It issues DPoP-bound `at+jwt` access tokens by authorization_code with PKCE, for the resource that the client names, with
// `acr` and `auth_time` of the user (RFC 9470 section 6.2). The user consents to everything, and authenticates without a
// page: by the first of `acr_values`, or by a password; an hour ago, unless the request has `max_age`.
// Once it listens it writes SETTINGS, a JSON file with all that a client has to know.

import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";

// oidc-provider calls URL.parse, which Node 20 lacks.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { Provider, interactionPolicy } = await import("oidc-provider");

const SCOPE = "reports:read payments:write";
const LOGIN = "/run/login/";
const HOUR = 3600;

async function privateJwk(kid) {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: "ES256" };
}

/** A session by another `acr` than the requested ones does not suffice. */
function policy() {
  const { base, Check } = interactionPolicy;
  const prompts = base();
  const isOther = ({ oidc: { params, session, result } }) =>
    params.acr_values !== undefined && !result?.login && !params.acr_values.split(" ").includes(session.acr);
  const asked = (ctx) => (isOther(ctx) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT);
  prompts.get("login").checks.add(new Check("acr_values", "another authentication is required", asked));
  return prompts;
}

async function grantOf({ oidc: { client, session, params, provider } }) {
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid");
  grant.addResourceScope(String(params.resource), params.scope);
  await grant.save();
  return grant;
}

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const clientKey = await privateJwk("step-up-client-key");
const { d: _, ...publicKey } = clientKey;
const redirectUri = "https://client.example.com/callback";

const provider = new Provider(issuer, {
  acrValues: ["pwd", "mfa"],
  clients: [
    {
      client_id: "step-up-client",
      dpop_bound_access_tokens: true,
      grant_types: ["authorization_code"],
      id_token_signed_response_alg: "ES256",
      jwks: { keys: [publicKey] },
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
    },
  ],
  cookies: { keys: ["of this run"] },
  extraTokenClaims({ oidc }) {
    const { acr, authTime } = oidc.entities.AuthorizationCode;
    return { acr, auth_time: authTime };
  },
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: SCOPE,
        audience: resource,
        accessTokenFormat: "jwt",
        jwt: { sign: { alg: "ES256" } },
      }),
    },
  },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  interactions: { url: (_ctx, { uid }) => `${LOGIN}${uid}`, policy: policy() },
  jwks: { keys: [await privateJwk("signs")] },
  loadExistingGrant: grantOf,
});

async function authenticate(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const acr = params.acr_values?.split(" ")[0] ?? "pwd";
  const now = Math.floor(Date.now() / 1000);
  const ts = params.max_age === undefined ? now - HOUR : now;
  const login = { accountId: "alice", acr, ts };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

provider.on("server_error", (_ctx, error) => console.error(error));
const handle = provider.callback();
server.on("request", (request, response) => {
  if (!request.url.startsWith(LOGIN)) {
    handle(request, response);
    return;
  }
  authenticate(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});

const [settings] = process.argv.slice(2);
const content = { issuer, clientId: "step-up-client", clientKey, redirectUri };
writeFileSync(`${settings}.part`, JSON.stringify(content));
renameSync(`${settings}.part`, settings);
