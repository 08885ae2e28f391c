// Nonces of the resource server: clients repeat their request with one, instances share a secret and replace it.

import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as openid from "openid-client";
import { check, expectEqual, record } from "./cases.mjs";
import { call, expectAccepted, expectRefused, newSender, newToken, settings } from "./oauth_client.mjs";
import { resourceServer, until } from "./processes.mjs";

const { resources, clientId, issuer } = settings;
const newSecret = () => randomBytes(32).toString("base64url");
const [first, next] = [newSecret(), newSecret()];

/** A file of secrets, the first of which issues. */
function secretFile(name, ...secrets) {
  const path = join(process.env.INTEROP_WORK, name);
  writeFileSync(path, `${secrets.join("\n")}\n`);
  return path;
}

const required = (path) => ["--nonce", "required", "--nonce-secret", path];
const file = secretFile("nonce-secrets", first);
const one = await resourceServer("nonces-one", settings, required(file));
const other = await resourceServer("nonces-other", settings, required(file), "http", one.origin);
const foreign = await resourceServer("nonces-foreign", settings, ["--nonce", "required"], "http", one.origin);
const skew = await resourceServer("nonces-skew", settings, ["--nonce", "skew"]);

const sender = await newSender("ES256");
const token = await newToken(resources.ES256, sender);

/** Calls an instance by the origin that all of them share. */
const send = (server, by = sender, bound = token) =>
  call(bound, by, {
    url: `${server.origin}/reports`,
    inFlight: (url, request) => fetch(new URL(new URL(url).pathname, server.address), request),
  });

await check("nonces: oauth4webapi is sent for a nonce once, and passes with it", async () => {
  expectRefused(await send(one), "dpop", "use_dpop_nonce");
  for (let nth = 0; nth < 5; nth += 1) expectAccepted(await send(one), sender);
});

await check("nonces: an instance with the same secret accepts it", async () => {
  for (const server of [other, one, other]) expectAccepted(await send(server), sender);
});

await check("nonces: one with another secret does not, and its own is not accepted elsewhere", async () => {
  expectRefused(await send(foreign), "dpop", "use_dpop_nonce");
  expectAccepted(await send(foreign), sender);
  expectRefused(await send(one), "dpop", "use_dpop_nonce");
  expectAccepted(await send(one), sender);
});

await check("nonces: the secret is replaced without a failed request", async () => {
  const reread = async (server) => {
    const times = () => server.log().split("secrets were read again").length;
    const before = times();
    server.hangUp();
    await until("the secrets to be read again", 5, () => times() > before);
  };
  let answers = 0;
  let calling = true;
  const calls = (async () => {
    while (calling) {
      for (const server of [one, other]) {
        // A client without a nonce gets the newest: it must be accepted by both.
        const by = await newSender("ES256");
        const own = await newToken(resources.ES256, by);
        expectRefused(await send(server, by, own), "dpop", "use_dpop_nonce");
        for (const instance of [one, other]) expectAccepted(await send(instance, by, own), by);
        expectAccepted(await send(server), sender);
        answers += 1;
      }
    }
  })();
  const steps = (async () => {
    for (const secrets of [[first, next], [next], [next]]) {
      secretFile("nonce-secrets", ...secrets);
      for (const server of [one, other]) {
        await reread(server);
        const before = answers;
        await until("calls with it", 10, () => answers > before + 1 || !calling);
      }
    }
  })().finally(() => (calling = false));
  calls.catch(() => (calling = false));
  await Promise.all([calls, steps]);
  expectEqual("calls were made", answers > 10, true);
});

await check("nonces: a file with an error is logged, and the last valid secrets stay in effect", async () => {
  secretFile("nonce-secrets", "short");
  one.hangUp();
  await until("an error in the log", 5, () => /ERROR.*nonce-secret/.test(one.log()));
  expectAccepted(await send(one), sender);
});

await check("nonces: a client whose clock is an hour ahead or behind passes with a nonce", async () => {
  for (const clockSkew of [3600, -3600]) {
    const { keyPair } = sender;
    const wrong = await newSender("ES256", { clockSkew, keyPair });
    const options = { url: `${skew.origin}/reports` };
    expectRefused(await call(token, wrong, options), "dpop", "use_dpop_nonce");
    expectAccepted(await call(token, wrong, options), wrong);
  }
});

await check("nonces: a client whose clock is right needs none", async () => {
  expectAccepted(await call(token, sender, { url: `${skew.origin}/reports` }), sender);
});

await check("nonces: openid-client repeats its request with the nonce", async () => {
  const config = new openid.Configuration({ issuer, token_endpoint: `${issuer}/token` }, clientId);
  openid.allowInsecureRequests(config);
  const statuses = [];
  config[openid.customFetch] = async (url, request) => {
    record("proof", request.headers.dpop);
    const response = await fetch(url, request);
    statuses.push(response.status);
    if (!response.ok) record("refused", response.status);
    return response;
  };
  const { keyPair, jkt } = await newSender("ES256");
  const DPoP = openid.getDPoPHandle(config, keyPair);
  const bound = await newToken(resources.ES256, { dpop: DPoP });
  for (const expected of [[401, 200], [200]]) {
    statuses.length = 0;
    const url = new URL("/reports", one.origin);
    const response = await openid.fetchProtectedResource(config, bound, url, "GET", undefined, undefined, { DPoP });
    expectEqual("jkt", (await response.json()).sender.jkt, jkt);
    expectEqual("answers", statuses, expected);
  }
});

const python = spawnSync(".venv/bin/python", ["nonces.py"], {
  env: { ...process.env, INTEROP_ORIGIN: one.origin },
  stdio: ["ignore", "inherit", "inherit"],
  timeout: 60_000,
});
await check("nonces: the Python client ends", () => expectEqual("exit status", python.status, 0));

for (const server of [one, other, foreign, skew]) await server.stop();
