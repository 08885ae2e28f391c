// Key rotation: the authorization server signs with new keys from one moment to the next, and no call fails.

import { decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { check, expectEqual, record } from "./cases.mjs";
import { call, expectAccepted, expectRefused, newSender, newToken, settings } from "./oauth_client.mjs";

const sender = await newSender("ES256");
const tokenOfEach = () => Promise.all(Object.values(settings.resources).map((resource) => newToken(resource, sender)));
const kids = (tokens) => tokens.map((token) => decodeProtectedHeader(token).kid);
const atTheServer = (path, method) => fetch(`${settings.issuer}/run/${path}`, { method }).then((r) => r.text());
const jwksRequests = async () => Number(await atTheServer("jwks-requests", "GET"));

const before = await tokenOfEach();
await check("rotation: tokens of the old keys before", async () => {
  for (const token of before) expectAccepted(await call(token, sender), sender);
});

const fetchesBefore = await jwksRequests();
await atTheServer("rotate", "POST");

const after = await tokenOfEach();
await check("rotation: new tokens are signed by new keys", async () => {
  const known = new Set(kids(before));
  expectEqual("old keys in use", kids(after).filter((kid) => known.has(kid)), []);
});

await check("rotation: old and new tokens at once", async () => {
  const tokens = Array(5).fill([...before, ...after]).flat();
  const answers = await Promise.all(tokens.map((token) => call(token, sender)));
  for (const answer of answers) expectAccepted(answer, sender);
});

await check("rotation: old and new tokens afterwards", async () => {
  for (const token of [...before, ...after]) expectAccepted(await call(token, sender), sender);
});

await check("rotation: the key set was fetched once for it", async () => {
  expectEqual("fetches", (await jwksRequests()) - fetchesBefore, 1);
});

const invented = async (kid, age) => {
  const { privateKey } = await generateKeyPair("ES256");
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: settings.issuer,
    aud: settings.audience,
    sub: settings.clientId,
    client_id: settings.clientId,
    jti: kid,
    iat: now - age,
    exp: now + 60,
    cnf: { jkt: sender.jkt },
  };
  const token = await new SignJWT(claims).setProtectedHeader({ typ: "at+jwt", alg: "ES256", kid }).sign(privateKey);
  record("token", token);
  expectRefused(await call(token, sender), "dpop", "invalid_token");
};

await check("rotation: older tokens with an invented kid are refused and fetch nothing more", async () => {
  for (const kid of ["invented-1", "invented-2", "invented-3"]) await invented(kid, 600);
  expectEqual("fetches", (await jwksRequests()) - fetchesBefore, 1);
});

await check("rotation: new tokens with an invented kid are refused and share one fetch", async () => {
  const kids = Array.from({ length: 20 }, (_, nth) => `invented-new-${nth}`);
  const begin = Date.now();
  await Promise.all(kids.map((kid) => invented(kid, 0)));
  // One look for each 3 s, a tenth of the cool-down.
  const looks = Math.floor((Date.now() - begin) / 3000) + 1;
  const fetches = (await jwksRequests()) - fetchesBefore - 1;
  if (fetches < 1 || fetches > looks) throw new Error(`expected 1 to ${looks} fetches, came ${fetches}`);
});
