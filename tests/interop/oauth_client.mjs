// What the node clients share: tokens from the authorization server and calls to the resource server, both through
// oauth4webapi, and the two judgements about an answer.

import { readFileSync } from "node:fs";
import { importJWK } from "jose";
import * as oauth from "oauth4webapi";
import { expectEqual, record } from "./cases.mjs";

export const settings = JSON.parse(readFileSync(process.env.INTEROP_SETTINGS));
export const origin = process.env.INTEROP_ORIGIN;

const insecure = { [oauth.allowInsecureRequests]: true };
const own = { client_id: settings.clientId };
const clientKey = { key: await importJWK(settings.clientKey), kid: settings.clientKey.kid };
const issuer = new URL(settings.issuer);
const authentication = oauth.PrivateKeyJwt(clientKey);
const server = await oauth
  .discoveryRequest(issuer, { algorithm: "oauth2", ...insecure })
  .then((response) => oauth.processDiscoveryResponse(issuer, response));

/**
 * A key pair, a new one unless it is given, with oauth4webapi's DPoP handle on it, and its thumbprint. Its clock is ahead
 * by `clockSkew` seconds.
 */
export async function newSender(alg, { clockSkew = 0, keyPair = undefined } = {}) {
  keyPair ??= await oauth.generateKeyPair(alg);
  // For an Ed25519 key oauth4webapi writes `Ed25519` (RFC 9864); the older name is set by its hook for assertions.
  const olderName = { [oauth.modifyAssertion]: (header) => Object.assign(header, { alg }) };
  const client = { ...own, [oauth.clockSkew]: clockSkew };
  const dpop = oauth.DPoP(client, keyPair, alg === "EdDSA" ? olderName : undefined);
  return { dpop, keyPair, jkt: await dpop.calculateThumbprint() };
}

/** An access token for `resource`, bound to the sender's key, or unbound without a sender. */
export async function newToken(resource, sender, { clientId = settings.clientId } = {}) {
  const client = { client_id: clientId };
  const parameters = { resource, scope: settings.scope };
  const options = { DPoP: sender?.dpop, ...insecure };
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, options);
  const { access_token, token_type } = await oauth.processClientCredentialsResponse(server, client, response);
  expectEqual("token_type", token_type, sender ? "dpop" : "bearer");
  record("token", access_token);
  return access_token;
}

/** Revokes the token at the authorization server (RFC 7009). */
export async function revoke(token) {
  const response = await oauth.revocationRequest(server, own, authentication, token, insecure);
  await oauth.processRevocationResponse(response);
}

/** The error of the introspection endpoint (RFC 7662) for the token and another client, or nothing. */
export async function introspectionError(token, clientId, jwk) {
  const client = { client_id: clientId };
  const key = oauth.PrivateKeyJwt({ key: await importJWK(jwk), kid: jwk.kid });
  const response = await oauth.introspectionRequest(server, client, key, token, insecure);
  return response.ok ? undefined : (await response.json()).error;
}

/**
 * Calls the resource server and gives back `{ status, challenges }` or `{ status, verdict }`. Without a sender the
 * token goes out as Bearer. `inFlight(url, request)` may change or repeat the finished request before it is sent.
 */
export async function call(token, sender, { method = "GET", url = "/reports", inFlight = fetch } = {}) {
  const send = (href, request) => {
    if (request.headers.dpop) record("proof", request.headers.dpop);
    return inFlight(href, request);
  };
  const signal = AbortSignal.timeout(5000);
  const options = { DPoP: sender?.dpop, [oauth.customFetch]: send, signal, ...insecure };
  try {
    const target = new URL(url, origin);
    const response = await oauth.protectedResourceRequest(token, method, target, undefined, undefined, options);
    const body = await response.text();
    return { status: response.status, verdict: response.ok && body ? JSON.parse(body) : undefined };
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
    record("refused", error.status);
    return { status: error.status, challenges: error.cause };
  }
}

export function expectAccepted({ status, verdict, challenges }, { jkt }) {
  expectEqual("the answer", { status, challenges }, { status: 200 });
  expectEqual("iss", verdict.iss, settings.issuer);
  expectEqual("sub", verdict.sub, settings.clientId);
  expectEqual("client_id", verdict.client_id, settings.clientId);
  expectEqual("scope", String(verdict.scope), settings.scope);
  expectEqual("sender.method", verdict.sender.method, "dpop");
  expectEqual("sender.jkt", verdict.sender.jkt, jkt);
}

/** 401, `error` on the challenge of `scheme` and on no other, and the algorithms for proofs on the DPoP challenge. */
export function expectRefused({ status, challenges = [] }, scheme, error) {
  const errors = challenges.flatMap(({ scheme, parameters }) => (parameters.error ? [[scheme, parameters.error]] : []));
  expectEqual("status and errors", { status, errors }, { status: 401, errors: error ? [[scheme, error]] : [] });
  const algorithms = challenges.find(({ scheme }) => scheme === "dpop")?.parameters.algs;
  expectEqual("algs", algorithms?.split(" ").sort(), settings.proofAlgorithms.toSorted());
}
