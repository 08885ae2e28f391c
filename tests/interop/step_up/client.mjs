// A client that knows the URL of a resource alone: oauth4webapi reads its metadata (RFC 9728), openid-client sends the user
// to the authorization server that it names, and follows the challenges for more (RFC 6750, RFC 9470).

import { readFileSync } from "node:fs";
import { importJWK } from "jose";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { check, expectEqual, record } from "../cases.mjs";
import { resourceServer } from "../processes.mjs";

const settings = JSON.parse(readFileSync(process.env.INTEROP_SETTINGS));
const needs = ["--require-scope", "reports:read payments:write", "--require-acr", "mfa", "--max-age", "300"];
const server = await resourceServer("step-up", settings, ["--fapi2", "--metadata", ...needs]);
const resource = new URL(server.origin);
const reports = new URL("/reports", server.origin);

const key = { key: await importJWK(settings.clientKey), kid: settings.clientKey.kid };
const keyPair = await openid.randomDPoPKeyPair("ES256");
let config;
let DPoP;

/** The user's browser. It keeps the session with the authorization server. */
const cookies = new Map();

async function visit(url) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(url, { headers: { cookie }, redirect: "manual", signal: AbortSignal.timeout(5000) });
  for (const line of response.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    if (value) cookies.set(name, value);
    else cookies.delete(name);
  }
  const location = response.headers.get("location");
  if (!location) throw new Error(`expected a redirection, came ${response.status}: ${await response.text()}`);
  return new URL(location, url);
}

/** A token for these parameters of an authorization request. oidc-provider takes `acr_values` with `openid` only. */
async function authorize({ scope, ...parameters }) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedState = openid.randomState();
  let at = openid.buildAuthorizationUrl(config, {
    redirect_uri: settings.redirectUri,
    resource: resource.origin,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    state: expectedState,
    scope: `openid ${scope}`,
    ...parameters,
  });
  for (let hops = 0; !at.href.startsWith(settings.redirectUri); hops += 1) {
    if (hops === 10) throw new Error(`expected to come back within 10 redirections, came to ${at.href}`);
    at = await visit(at);
  }
  const checks = { pkceCodeVerifier, expectedState };
  const tokens = await openid.authorizationCodeGrant(config, at, checks, { resource: resource.origin }, { DPoP });
  record("token", tokens.access_token);
  return tokens.access_token;
}

/** The response, or the parameters of the DPoP challenge. */
async function call(token) {
  try {
    const response = await openid.fetchProtectedResource(config, token, reports, "GET", undefined, undefined, { DPoP });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    if (!(error instanceof openid.WWWAuthenticateChallengeError)) throw error;
    record("refused", error.status);
    const { parameters } = error.cause.find(({ scheme }) => scheme === "dpop");
    return { status: error.status, challenge: parameters };
  }
}

/** What an authorization request takes from a challenge. */
function asked({ scope, acr_values, max_age }) {
  const parameters = Object.entries({ scope, acr_values, max_age });
  return Object.fromEntries(parameters.filter(([, value]) => value !== undefined));
}

await check("step-up: the first challenge leads to the metadata, which oauth4webapi reads", async () => {
  const response = await fetch(reports);
  record("refused", response.status);
  expectEqual("status", response.status, 401);
  const [, url] = /resource_metadata="([^"]+)"/.exec(response.headers.get("www-authenticate"));
  const requested = [];
  const customFetch = (href, request) => {
    requested.push(href);
    return fetch(href, request);
  };
  const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: customFetch };
  const found = await oauth.resourceDiscoveryRequest(resource, options);
  const metadata = await oauth.processResourceDiscoveryResponse(resource, found);
  expectEqual("the URL", requested, [url]);
  expectEqual("authorization servers", metadata.authorization_servers, [settings.issuer]);
  expectEqual("scopes", metadata.scopes_supported, ["reports:read", "payments:write"]);
  expectEqual("algorithms", metadata.dpop_signing_alg_values_supported, ["ES256", "EdDSA", "Ed25519", "PS256"]);
  expectEqual("whether DPoP is required", metadata.dpop_bound_access_tokens_required, true);

  const [issuer] = metadata.authorization_servers;
  const client = openid.PrivateKeyJwt(key);
  const execute = [openid.allowInsecureRequests];
  config = await openid.discovery(new URL(issuer), settings.clientId, undefined, client, { algorithm: "oauth2", execute });
  DPoP = openid.getDPoPHandle(config, keyPair);
});

let combined;
await check("step-up: one challenge asks for acr, age and scopes", async () => {
  const { status, challenge } = await call(await authorize({ scope: "reports:read" }));
  const { error, scope, acr_values, max_age } = challenge;
  expectEqual("status and error", [status, error], [401, "insufficient_user_authentication"]);
  expectEqual("needs", [acr_values, max_age, scope], ["mfa", "300", "reports:read payments:write"]);
  combined = asked(challenge);
});

await check("step-up: openid-client follows it, and comes back with what was asked", async () => {
  const { status, body } = await call(await authorize(combined));
  expectEqual("status, subject and scope", [status, body?.sub, body?.scope], [200, "alice", combined.scope]);
});

await check("step-up: a stronger but old authentication is asked to be recent", async () => {
  cookies.clear();
  const { acr_values, scope } = combined;
  const { status, challenge } = await call(await authorize({ acr_values, scope }));
  expectEqual("status and max_age", [status, challenge?.max_age], [401, "300"]);
  const followed = await call(await authorize({ acr_values, scope, ...asked(challenge) }));
  expectEqual("status", followed.status, 200);
});

await check("step-up: missing scopes are 403, and openid-client requests all that the challenge names", async () => {
  const { acr_values, max_age } = combined;
  const { status, challenge } = await call(await authorize({ acr_values, max_age, scope: "reports:read" }));
  const { error, scope } = challenge;
  expectEqual("answer", [status, error, scope], [403, "insufficient_scope", "reports:read payments:write"]);
  const followed = await call(await authorize({ acr_values, max_age, ...asked(challenge) }));
  expectEqual("status", followed.status, 200);
});

await check("step-up: each answer has the interaction identifier and the date", async () => {
  const id = "c770aef3-6784-41f7-8e0e-ff5f97bddb3a";
  const response = await fetch(reports, { headers: { "x-fapi-interaction-id": id } });
  record("refused", response.status);
  expectEqual("identifier", response.headers.get("x-fapi-interaction-id"), id);
  expectEqual("date", response.headers.has("date"), true);
});

await server.stop();
