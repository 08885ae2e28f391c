// The authorization server of the MCP run: oidc-provider on a free loopback port.
//
//   node authorization_server.mjs SETTINGS
//
// It issues `at+jwt` access tokens by client_credentials, for the resource of the token request (RFC 8707), which becomes
// their audience; bound to a key if the request has a DPoP proof. Once it listens it writes SETTINGS, a JSON file.

import { once } from "node:events";
import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const CLIENT = { clientId: "mcp-client", clientSecret: "of a client that lives as long as this run" };
const SCOPES = ["files:read", "files:write"];

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = await generateKeyPair("ES256", { extractable: true });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      grant_types: ["client_credentials"],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [await exportJWK(privateKey)] },
  scopes: SCOPES,
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo(_ctx, resource) {
        const jwt = { sign: { alg: "ES256" } };
        return { scope: SCOPES.join(" "), audience: resource, accessTokenFormat: "jwt", jwt };
      },
    },
  },
});
server.on("request", provider.callback());

const [settings] = process.argv.slice(2);
writeFileSync(`${settings}.part`, JSON.stringify({ issuer, ...CLIENT }));
renameSync(`${settings}.part`, settings);
