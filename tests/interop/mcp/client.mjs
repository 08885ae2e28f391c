// The MCP client of the run: the TypeScript SDK follows challenges to the authorization server and back, then the ways to
// misuse a token or a proof that the conformance suite does not have.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ClientCredentialsProvider } from "@modelcontextprotocol/sdk/client/auth-extensions.js";
import {
  discoverOAuthProtectedResourceMetadata, extractWWWAuthenticateParams,
} from "@modelcontextprotocol/sdk/client/auth.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { decodeJwt } from "jose";
import { check, expectEqual } from "../cases.mjs";
import { fetchWith, newProof, newSender, newToken, resourceMetadata, server, settings } from "./oauth.mjs";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** A connected client of the SDK. */
async function connect(options) {
  const client = new Client({ name: "interop", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(server, options));
  return client;
}

async function textOf(client, name, args = {}) {
  const { content } = await client.callTool({ name, arguments: args });
  return content[0].text;
}

function bodyOf(name) {
  const params = { name, arguments: { name: "notes.txt" } };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
}

/** One call of a tool, as it is on the wire: the status, the challenge of `scheme`, and the response. */
async function post(headers, { tool = "whoami", url = server, scheme = "Bearer" } = {}) {
  const request = {
    method: "POST",
    headers: { accept: "application/json, text/event-stream", "content-type": "application/json", ...headers },
    body: bodyOf(tool),
  };
  const response = await fetch(url, request);
  const challenges = (response.headers.get("www-authenticate") ?? "").split(/, (?=(?:Bearer|DPoP) )/);
  const challenge = challenges.find((each) => each.startsWith(`${scheme} `)) ?? "";
  const parameter = (name) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
  const { status } = response;
  return { status, error: parameter("error"), scope: parameter("scope"), metadata: parameter("resource_metadata"), response };
}

function expectRefusal({ status, error, scope, metadata }, expected) {
  const found = new URL(`${WELL_KNOWN}${server.pathname}`, server).href;
  const came = { status, error, scope, metadata };
  expectEqual("the refusal", came, { status: undefined, error: undefined, scope: undefined, ...expected, metadata: found });
}

await check("mcp: oauth4webapi reads the metadata of the server", async () => {
  const metadata = await resourceMetadata();
  expectEqual("authorization servers", metadata.authorization_servers, [settings.issuer]);
  expectEqual("scopes", metadata.scopes_supported, ["files:read"]);
  expectEqual("bearer methods", metadata.bearer_methods_supported, ["header"]);
  expectEqual("dpop required", metadata.dpop_bound_access_tokens_required, false);
  expectEqual("ES256 for proofs", metadata.dpop_signing_alg_values_supported.includes("ES256"), true);
});

await check("mcp: the SDK reads the first challenge: metadata and scope", async () => {
  const { status, response } = await post({});
  expectEqual("status", status, 401);
  const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(response);
  expectEqual("resource_metadata", resourceMetadataUrl.href, new URL(`${WELL_KNOWN}/mcp`, server).href);
  expectEqual("scope", scope, "files:read");
});

for (const path of [`${WELL_KNOWN}/mcp`, WELL_KNOWN]) {
  await check(`mcp: the SDK reads the metadata at ${path}`, async () => {
    const resourceMetadataUrl = new URL(path, server);
    const metadata = await discoverOAuthProtectedResourceMetadata(server, { resourceMetadataUrl });
    expectEqual("resource", metadata.resource, server.href);
  });
}

/**
 * What lets the SDK obtain tokens by itself. For this grant, version 1.32.2 requests the scope of the client's metadata
 * whatever the challenge says, so the scope that it reads in a challenge is put there.
 */
function authorization() {
  const { clientId, clientSecret, issuer } = settings;
  const authProvider = new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer: issuer });
  const follow = async (url, request) => {
    const response = await fetch(url, request);
    const { scope } = response.ok ? {} : extractWWWAuthenticateParams(response);
    if (scope) authProvider.clientMetadata.scope = scope;
    return response;
  };
  return { authProvider, fetch: follow };
}

await check("mcp: the SDK follows the challenge, and calls a tool", async () => {
  const { authProvider, fetch } = authorization();
  const client = await connect({ authProvider, fetch });
  expectEqual("whoami", await textOf(client, "whoami"), `${settings.clientId}, with no key`);
  const { access_token } = authProvider.tokens();
  const { aud, scope } = decodeJwt(access_token);
  expectEqual("audience and scope", { aud, scope }, { aud: server.href, scope: "files:read" });
  await client.close();
});

await check("mcp: the SDK steps up for a tool with another scope", async () => {
  const { authProvider, fetch } = authorization();
  const client = await connect({ authProvider, fetch });
  const before = decodeJwt(authProvider.tokens().access_token).scope;
  const text = await textOf(client, "write_file", { name: "notes.txt" });
  expectEqual("write_file", text, `notes.txt written for ${settings.clientId}`);
  const { access_token } = authProvider.tokens();
  const after = decodeJwt(access_token).scope;
  expectEqual("scopes", { before, after }, { before: "files:read", after: "files:read files:write" });
  await client.close();
});

const sender = await newSender();
const bound = await newToken({ sender });

await check("mcp: the SDK calls a tool with a bound token and proofs", async () => {
  const client = await connect({ fetch: fetchWith(bound, sender) });
  expectEqual("whoami", await textOf(client, "whoami"), `${settings.clientId}, with its key`);
  await client.close();
});

await check("mcp: a bound token lacks a scope: 403 in its scheme, with every scope", async () => {
  const headers = { authorization: `DPoP ${bound}`, dpop: await newProof(bound, sender) };
  const refusal = await post(headers, { tool: "write_file", scheme: "DPoP" });
  expectRefusal(refusal, { status: 403, error: "insufficient_scope", scope: "files:read files:write" });
});

await check("mcp: an unbound token lacks a scope: 403 in its scheme, with every scope", async () => {
  const refusal = await post({ authorization: `Bearer ${await newToken()}` }, { tool: "write_file" });
  expectRefusal(refusal, { status: 403, error: "insufficient_scope", scope: "files:read files:write" });
});

await check("mcp: a bound token as Bearer is refused", async () => {
  const refusal = await post({ authorization: `Bearer ${bound}` });
  expectRefusal(refusal, { status: 401, error: "invalid_token" });
});

await check("mcp: the same proof twice is refused", async () => {
  const headers = { authorization: `DPoP ${bound}`, dpop: await newProof(bound, sender) };
  expectEqual("status of the first", (await post(headers)).status, 200);
  expectRefusal(await post(headers, { scheme: "DPoP" }), { status: 401, error: "invalid_dpop_proof" });
});

await check("mcp: a proof of another key is refused", async () => {
  const thief = await newSender();
  const headers = { authorization: `DPoP ${bound}`, dpop: await newProof(bound, thief) };
  expectRefusal(await post(headers, { scheme: "DPoP" }), { status: 401, error: "invalid_token" });
});

for (const [what, resource] of [
  ["another path", new URL("/other", server).href],
  ["the same path with a slash", `${server.href}/`],
  ["the whole origin", server.origin],
  ["another server", "https://mcp.example.com/mcp"],
]) {
  await check(`mcp: a token for ${what} is refused`, async () => {
    const token = await newToken({ resource });
    expectEqual("audience", decodeJwt(token).aud, resource);
    expectRefusal(await post({ authorization: `Bearer ${token}` }), { status: 401, error: "invalid_token" });
  });
}

await check("mcp: a token in the query is refused", async () => {
  const url = new URL(server);
  url.searchParams.set("access_token", await newToken());
  expectRefusal(await post({}, { url }), { status: 400, error: "invalid_request" });
});

await check("mcp: a token in the body is no credential", async () => {
  const body = new URLSearchParams({ access_token: await newToken() });
  const response = await fetch(server, { method: "POST", body });
  expectEqual("status", response.status, 401);
});
