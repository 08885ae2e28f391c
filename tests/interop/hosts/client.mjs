// The cases for one proxy: which of the two public hosts a request selects, and what a client gains by fields that it
// wrote itself. The proof is checked before the token, so none is issued: a request whose proof names the selected
// origin is refused for its token alone.
//
//   node hosts/client.mjs NAME PORT SERVER
//
// PORT is the proxy's, SERVER that of the resource server, both on 127.0.0.1.

import { createHash, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { check as checkNamed, expectEqual } from "../cases.mjs";

const [name, port, server] = process.argv.slice(2);
const check = (what, action) => checkNamed(`${name}: ${what}`, action);

const ONE = "one.example.com";
const TWO = "two.example.com";
/** The origin matched, and the proof too: what is left is a token that is none. */
const SELECTED = "token_not_a_jws";
const OTHER = "proof_target_uri";
const TOKEN = "no-token";
/** What Envoy answers by itself to `Connection: x-forwarded-host`. */
const BAD_REQUEST = 400;

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const base64url = (value) => Buffer.from(value).toString("base64url");

/** A proof for `GET /a` at this host. */
function proof(host) {
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const claims = {
    jti: randomUUID(),
    htm: "GET",
    htu: `http://${host}/a`,
    iat: Math.floor(Date.now() / 1000),
    ath: createHash("sha256").update(TOKEN).digest("base64url"),
  };
  const input = [header, claims].map((part) => base64url(JSON.stringify(part))).join(".");
  const signature = sign("sha256", input, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return `${input}.${base64url(signature)}`;
}

/** Sends a request, and returns the kind of its refusal, or the status if the proxy answered by itself. */
async function kind({ host, proofFor, fields = {}, to = port, from = "127.0.0.1" }) {
  const headers = { host, authorization: `DPoP ${TOKEN}`, dpop: proof(proofFor), ...fields };
  const options = { host: "127.0.0.1", port: to, localAddress: from, path: "/a", headers, agent: false };
  const request = http.request({ ...options, timeout: 10_000 });
  request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
  const [response] = await once(request.end(), "response");
  await response.toArray();
  return response.headers["x-refusal"] ?? response.statusCode;
}

for (const [host, other] of [
  [ONE, TWO],
  [TWO, ONE],
]) {
  await check(`${host} is selected`, async () => {
    expectEqual("the kind", await kind({ host, proofFor: host }), SELECTED);
    expectEqual("the kind", await kind({ host, proofFor: other }), OTHER);
  });
}
await check("a host of no origin is misdirected", async () => {
  const host = "evil.example";
  expectEqual("the kind", await kind({ host, proofFor: host }), "request_misdirected");
});

const forged = {
  "x-forwarded-host": TWO,
  "x-forwarded-proto": "http",
  "x-forwarded-port": "80",
  "x-forwarded-prefix": "/b",
  forwarded: `host=${TWO};proto=http`,
};
const attempts = {
  "fields of the client": forged,
  "repeated fields of the client": { "x-forwarded-host": [TWO, TWO], forwarded: [`host=${TWO}`, `host=${TWO}`] },
  "fields with underscores": { x_forwarded_host: TWO, "x-forwarded_host": TWO, X_FORWARDED_HOST: TWO },
  "elements of the client": { "x-forwarded-host": `${TWO}, ${ONE}`, forwarded: `host=${TWO}, host=${ONE}` },
  "fields that the proxy is told to omit": {
    ...forged,
    connection: "close, x-forwarded-host, x-forwarded-proto, forwarded",
  },
};
for (const [what, fields] of Object.entries(attempts)) {
  await check(`${what} do not select`, async () => {
    const came = await kind({ host: ONE, proofFor: TWO, fields });
    expectEqual(`${came} to be a refusal`, [OTHER, "forwarded_missing", BAD_REQUEST].includes(came), true);
  });
  await check(`${what} do not get past a wrong host`, async () => {
    const came = await kind({ host: "evil.example", proofFor: TWO, fields });
    expectEqual(`${came} to be a refusal`, ["request_misdirected", "forwarded_missing", BAD_REQUEST].includes(came), true);
  });
}

await check("fields of a peer that is no proxy are ignored", async () => {
  const direct = { to: server, from: "127.0.0.2", fields: forged };
  expectEqual("the kind", await kind({ ...direct, host: ONE, proofFor: TWO }), OTHER);
  expectEqual("the kind", await kind({ ...direct, host: ONE, proofFor: ONE }), SELECTED);
});
await check("a proxy without the fields is refused", async () => {
  const direct = { to: server, host: ONE, proofFor: ONE };
  expectEqual("the kind", await kind(direct), "forwarded_missing");
});
