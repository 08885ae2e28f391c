// The resource server's part of oauth4webapi: token and proof. It keeps no replay memory, so none is timed.

import * as oauth from "oauth4webapi";

export function oauth4webapi({ issuer, audience, htu, jwks }) {
  const server = { issuer, jwks_uri: `${issuer}/jwks` };
  const cache = { jwks: JSON.parse(jwks), uat: Math.floor(Date.now() / 1000) };
  const options = { requireDPoP: true, [oauth.jwksCache]: cache };
  return async ({ token, proof }) => {
    const headers = { authorization: `DPoP ${token}`, dpop: proof };
    const request = new Request(htu, { headers });
    await oauth.validateJwtAccessToken(server, request, audience, options);
  };
}
