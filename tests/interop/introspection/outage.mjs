// The authorization server ends, and is started again.

import { check, expectEqual } from "../cases.mjs";
import { expectRefused, newSender, newToken, settings } from "../oauth_client.mjs";
import { start, until } from "../processes.mjs";
import { call, expectAccepted, expectUnavailable, introspections } from "./responses.mjs";
import { byKey, introspecting } from "./servers.mjs";

const { resources, clientId, introspectorKey } = settings;
const server = await introspecting("outage", "all", [...byKey(introspectorKey), "--require-signed-responses"]);
const sender = await newSender("ES256");
const own = { method: "dpop", jkt: sender.jkt };
const newTokens = (number) => Promise.all(Array.from({ length: number }, () => newToken(resources.opaque, sender)));

const [known, ...unknown] = await newTokens(8);
expectAccepted(await call(server, known, sender), clientId, own);
process.kill(settings.pid);
await until("the authorization server to be gone", 5, () => introspections().then(() => false, () => true));

await check("outage: unknown tokens are answered with 503", async () => {
  for (const token of unknown) expectUnavailable(await call(server, token, sender));
});
await check("outage: known tokens pass until their result expires", async () => {
  expectAccepted(await call(server, known, sender), clientId, own);
});
await check("outage: the circuit breaker opens", async () => {
  expectEqual("it is in the log", server.log().includes("introspection fails: calls are refused"), true);
});

const program = new URL("authorization_server.mjs", import.meta.url).pathname;
start("introspection-issuer-2", process.execPath, [
  program,
  process.env.INTEROP_CERTIFICATES,
  process.env.INTEROP_SETTINGS,
]);
await until("the authorization server to listen", 30, () => introspections().then(() => true, () => false));

await check("outage: tokens pass after its end", async () => {
  const token = await newToken(resources.opaque, sender);
  const answered = await until("an answer other than 503", 40, async () => {
    const answer = await call(server, token, sender);
    return answer.status !== 503 && answer;
  });
  expectAccepted(answered, clientId, own);
  await until("its end in the log", 1, () => server.log().includes("introspection is available again"));
});
await check("outage: tokens that the authorization server lost are refused", async () => {
  expectRefused(await call(server, unknown[0], sender), "dpop", "invalid_token");
});
