// Access tokens from the authorization server, asked for with oauth4webapi over mutual TLS.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import https from "node:https";
import { decodeJwt } from "jose";
import * as oauth from "oauth4webapi";
import { expectEqual, record } from "../cases.mjs";
import { ca } from "./certificates.mjs";

export const settings = JSON.parse(readFileSync(process.env.INTEROP_SETTINGS));

/** `fetch` with a client certificate, which node's own cannot present. */
function fetchWith(certificate) {
  return async (url, { body, headers, method, signal }) => {
    const { cert, key } = certificate;
    const request = https.request(url, { ca, cert, key, method, headers, signal, agent: false });
    const [response] = await once(request.end(body?.toString()), "response");
    return new Response(Buffer.concat(await response.toArray()), {
      status: response.statusCode,
      headers: response.headers,
    });
  };
}

/** An access token, whatever its form, for the client of the certificate's name. */
export async function requestToken(certificate) {
  const options = { [oauth.customFetch]: fetchWith(certificate), signal: () => AbortSignal.timeout(10_000) };
  const issuer = new URL(settings.issuer);
  const server = await oauth
    .discoveryRequest(issuer, { algorithm: "oauth2", ...options })
    .then((response) => oauth.processDiscoveryResponse(issuer, response));
  const client = { client_id: certificate.name };
  const parameters = { resource: settings.audience, scope: settings.scope };
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    oauth.TlsClientAuth(),
    parameters,
    options,
  );
  const { access_token, token_type } = await oauth.processClientCredentialsResponse(server, client, response);
  record("token", access_token);
  expectEqual("token_type", token_type, "bearer");
  return access_token;
}

/** An access token bound to the certificate, as the JWT states. */
export async function newToken(certificate) {
  const token = await requestToken(certificate);
  expectEqual("cnf", decodeJwt(token).cnf, { "x5t#S256": certificate.thumbprint });
  return token;
}
