// Tokens and proofs of the MCP run, apart from the SDK: by oauth4webapi and jose.

import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import * as oauth from "oauth4webapi";

export const settings = JSON.parse(readFileSync(process.env.INTEROP_SETTINGS));
export const server = new URL(process.env.INTEROP_MCP);

const insecure = { [oauth.allowInsecureRequests]: true };
const client = { client_id: settings.clientId };
const authentication = oauth.ClientSecretBasic(settings.clientSecret);
const issuer = new URL(settings.issuer);
const authorizationServer = await oauth
  .discoveryRequest(issuer, insecure)
  .then((response) => oauth.processDiscoveryResponse(issuer, response));

/** The metadata of the server, found and checked by oauth4webapi. */
export async function resourceMetadata() {
  const response = await oauth.resourceDiscoveryRequest(server, insecure);
  return oauth.processResourceDiscoveryResponse(server, response);
}

export async function newSender() {
  return generateKeyPair("ES256", { extractable: true });
}

/** An access token; bound to the sender's key, if there is one. */
export async function newToken({ scope = "files:read", resource = server.href, sender } = {}) {
  const options = { DPoP: sender && oauth.DPoP(client, sender), ...insecure };
  const parameters = { resource, scope };
  const response = await oauth.clientCredentialsGrantRequest(
    authorizationServer, client, authentication, parameters, options,
  );
  const { access_token } = await oauth.processClientCredentialsResponse(authorizationServer, client, response);
  return access_token;
}

/** A proof for one request (RFC 9449 section 4.2). */
export async function newProof(token, { publicKey, privateKey }, method = "POST") {
  const claims = {
    jti: randomUUID(),
    htm: method,
    htu: server.href,
    ath: createHash("sha256").update(token).digest("base64url"),
  };
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: await exportJWK(publicKey) };
  const proof = await new SignJWT(claims).setProtectedHeader(header).setIssuedAt().sign(privateKey);
  return proof;
}

/** `fetch` for the SDK and for the proxy: with this token, and with a proof for each request if there is a sender. */
export function fetchWith(token, sender) {
  return async (url, request = {}) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `${sender ? "DPoP" : "Bearer"} ${token}`);
    if (sender) headers.set("dpop", await newProof(token, sender, request.method ?? "GET"));
    return fetch(url, { ...request, headers });
  };
}
