// Opaque tokens, DPoP-bound and certificate-bound, are verified by introspection (RFC 7662, RFC 9701) and revoked (RFC
// 7009).
//
// Node has to trust the certificate authority of the run: NODE_EXTRA_CA_CERTS.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { check, expectEqual, leftOut } from "../cases.mjs";
import { expectRefused, introspectionError, newSender, newToken, revoke, settings } from "../oauth_client.mjs";
import { a, b } from "../proxies/certificates.mjs";
import { requestToken } from "../proxies/tokens.mjs";
import {
  call,
  callOverTls,
  expectAccepted,
  expectRefusedOverTls,
  expectUnavailable,
  introspections,
} from "./responses.mjs";
import { byCertificate, byKey, introspecting, introspectingWithTls } from "./servers.mjs";

const { resources, clientId, clientKey, introspectorKey } = settings;
const briefly = ["--introspection-cache", "1"];
const signedOnly = "--require-signed-responses";
const [json, signed, rs256, jwt, unknownKey, tls, unknownCertificate] = await Promise.all([
  introspecting("json", "all", [...byKey(introspectorKey), ...briefly]),
  introspecting("signed", "all", [...byKey(introspectorKey), signedOnly]),
  introspecting("rs256", "all", [...byKey(introspectorKey), signedOnly, "--token-algs", "RS256"]),
  introspecting("jwt", "jwt", byKey(introspectorKey)),
  introspecting("unknown-key", "all", byKey(clientKey)),
  introspectingWithTls("tls", [...byCertificate("self"), signedOnly, ...briefly]),
  introspectingWithTls("unknown-certificate", byCertificate("b")),
]);
const sender = await newSender("ES256");
const thief = await newSender("ES256");
const own = { method: "dpop", jkt: sender.jkt };

for (const [form, server] of [
  ["JSON", json],
  ["signed response", signed],
]) {
  const name = (what) => `introspection: ${form}, ${what}`;
  const token = await newToken(resources.opaque, sender);
  await check(name("opaque token with proof"), async () => {
    expectEqual("parts of the token", token.split(".").length, 1);
    expectAccepted(await call(server, token, sender), clientId, own);
  });
  await check(name("stolen token with another key"), async () => {
    expectRefused(await call(server, token, thief), "dpop", "invalid_token");
  });
  await check(name("bound token as Bearer"), async () => {
    expectRefused(await call(server, token), "bearer", "invalid_token");
  });
  await check(name("token that was never issued"), async () => {
    const invented = randomBytes(32).toString("base64url");
    expectRefused(await call(server, invented, sender), "dpop", "invalid_token");
  });
}

await check("introspection: signed response, an algorithm that is not allowed", async () => {
  expectUnavailable(await call(rs256, await newToken(resources.opaque, sender), sender));
});

await check("introspection: equal tokens at once are introspected once", async () => {
  const token = await newToken(resources.opaque, sender);
  const before = await introspections();
  const answers = await Promise.all(Array.from({ length: 20 }, () => call(signed, token, sender)));
  for (const answer of answers) expectAccepted(answer, clientId, own);
  expectEqual("calls", (await introspections()) - before, 1);
});

await check("introspection: a proof that does not hold causes no call", async () => {
  const token = await newToken(resources.opaque, sender);
  const before = await introspections();
  const altered = (url, { headers, ...request }) =>
    fetch(url, { ...request, headers: { ...headers, dpop: `${headers.dpop.slice(0, -4)}AAAA` } });
  expectRefused(await call(json, token, sender, { inFlight: altered }), "dpop", "invalid_dpop_proof");
  expectEqual("calls", (await introspections()) - before, 0);
});

await check("introspection: resource server with a key that is not registered", async () => {
  expectUnavailable(await call(unknownKey, await newToken(resources.opaque, sender), sender));
});

const certificateBound = await requestToken(a);
await check("introspection: by TLS, opaque token with its certificate", async () => {
  const presented = { method: "mtls", "x5t#S256": a.thumbprint };
  expectAccepted(await callOverTls(tls, certificateBound, a), "a", presented);
});
await check("introspection: by TLS, stolen token with another certificate", async () => {
  expectRefusedOverTls(await callOverTls(tls, certificateBound, b));
});
await check("introspection: by TLS, bound token without certificate", async () => {
  expectRefusedOverTls(await callOverTls(tls, certificateBound));
});
await check("introspection: resource server with a certificate that is not registered", async () => {
  expectUnavailable(await callOverTls(unknownCertificate, certificateBound, a));
});

await check("revocation: a revoked token is refused once its result expired, and not before", async () => {
  const token = await newToken(resources.opaque, sender);
  for (const server of [json, signed]) expectAccepted(await call(server, token, sender), clientId, own);
  await revoke(token);
  await sleep(1200);
  expectRefused(await call(json, token, sender), "dpop", "invalid_token");
  expectAccepted(await call(signed, token, sender), clientId, own);
});

await check("revocation: a token that was revoked before is refused", async () => {
  const token = await newToken(resources.opaque, sender);
  await revoke(token);
  for (const server of [json, signed]) {
    expectRefused(await call(server, token, sender), "dpop", "invalid_token");
  }
});

leftOut("hybrid: a revoked JWT is refused", "oidc-provider neither introspects nor revokes JWTs");
await check("hybrid: a JWT that the authorization server cannot introspect is answered with 503", async () => {
  const token = await newToken(resources.jwt, sender);
  const error = await introspectionError(token, "rs-key", introspectorKey);
  expectEqual("the error of the authorization server", error, "unsupported_token_type");
  expectUnavailable(await call(jwt, token, sender));
});
await check("hybrid: a JWT that the authorization server did not sign is not sent to it", async () => {
  const token = await newToken(resources.jwt, sender);
  const before = await introspections();
  expectRefused(await call(jwt, `${token.slice(0, -4)}AAAA`, sender), "dpop", "invalid_token");
  expectRefused(await call(jwt, await newToken(resources.opaque, sender), sender), "dpop", "invalid_token");
  expectEqual("calls", (await introspections()) - before, 0);
});
