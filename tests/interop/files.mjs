// The files of a resource server, which change while it runs: its deny-list, and its exceptions for unbound tokens.

import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, expectEqual } from "./cases.mjs";
import { call, expectRefused, newSender, newToken, settings } from "./oauth_client.mjs";
import { resourceServer, startResourceServer, until } from "./processes.mjs";

const { clientId, issuer, resources } = settings;
const [batch, report] = settings.legacyClients;
const sender = await newSender("ES256");
const NONE = "# none\n";
const BROKEN = "[[client]\n";

/** A file that is replaced as a whole. */
class ReplacedFile {
  constructor(name, text) {
    this.path = join(process.env.INTEROP_WORK, name);
    this.replace(text);
  }
  replace(text) {
    writeFileSync(`${this.path}.new`, text);
    renameSync(`${this.path}.new`, this.path);
  }
}

const send = (server, token, by) => call(token, by, { url: `${server.origin}/reports` });
const expectAccepted = async (server, token, by, client, method) => {
  const { status, challenges, verdict } = await send(server, token, by);
  expectEqual("the answer", { status, challenges }, { status: 200 });
  expectEqual("client and method", [verdict.client_id, verdict.sender.method], [client, method]);
};
const expectDenied = async (server, token) => expectRefused(await send(server, token, sender), "dpop", "invalid_token");
const statusWithin3Seconds = (status, server, token, by) =>
  until(`status ${status}`, 3, async () => (await send(server, token, by)).status === status);

/** The exit status and the log of a server that does not start. */
async function failedStart(name, options) {
  const server = await startResourceServer(name, settings, options);
  const deadline = setTimeout(() => server.stop(), 10_000);
  const status = await server.ended();
  clearTimeout(deadline);
  return { status, log: server.log() };
}

async function expectNoStart(name, option, file) {
  const { status, log } = await failedStart(name, [option, file.path]);
  expectEqual("exit status", status, 2);
  expectEqual("option and file are named", [log.includes(option), log.includes(file.path)], [true, true]);
}

const deniedClient = `[[client]]\nissuer = "${issuer}"\nclient_id = "${clientId}"\n`;
const deny = new ReplacedFile("deny.toml", NONE);
const denying = await resourceServer("deny", settings, ["--deny", deny.path, "--grace", "1"]);
const token = await newToken(resources.ES256, sender);
const other = await newToken(resources.ES256, sender, { clientId: batch });

await check("deny file: tokens pass while it has no entry", async () => {
  await expectAccepted(denying, token, sender, clientId, "dpop");
});
await check("deny file: a client is denied within 3 s after it changed, others are not", async () => {
  deny.replace(deniedClient);
  await statusWithin3Seconds(401, denying, token, sender);
  await expectDenied(denying, token);
  await expectDenied(denying, await newToken(resources.ES256, sender));
  await expectAccepted(denying, other, sender, batch, "dpop");
});
await check("deny file: an error in it is logged and keeps the last valid entries", async () => {
  deny.replace(BROKEN);
  const isLogged = () => /ERROR.*deny\.toml/.test(denying.log());
  await until("an error in the log", 4, isLogged);
  await expectDenied(denying, token);
  await expectAccepted(denying, other, sender, batch, "dpop");
});
await check("deny file: a server does not start with an error in it", async () => {
  await expectNoStart("deny-broken", "--deny", deny);
});
await check("deny file: a server denies after a restart", async () => {
  expectEqual("exit status", await denying.stop(), 0);
  deny.replace(deniedClient);
  const restarted = await resourceServer("deny-restarted", settings, ["--deny", deny.path]);
  await expectDenied(restarted, token);
  await expectAccepted(restarted, other, sender, batch, "dpop");
  deny.replace(NONE);
  await statusWithin3Seconds(200, restarted, token, sender);
});

const tomorrow = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 19)}Z`;
const exception = `[[exception]]
issuer = "${issuer}"
client_id = "${batch}"
owner = "interop run"
reason = "it has no DPoP yet"
until = ${tomorrow}
`;
const exceptions = new ReplacedFile("exceptions.toml", exception);
const excepting = await resourceServer("exceptions", settings, ["--exceptions", exceptions.path]);
const unbound = await newToken(resources.ES256, undefined, { clientId: batch });

await check("exceptions file: an unbound token of the named client passes", async () => {
  await expectAccepted(excepting, unbound, undefined, batch, "none");
});
await check("exceptions file: an unbound token of another client is refused", async () => {
  const another = await newToken(resources.ES256, undefined, { clientId: report });
  expectRefused(await send(excepting, another), "bearer", "invalid_token");
});
await check("exceptions file: a bound token of the named client needs its proof", async () => {
  await expectAccepted(excepting, other, sender, batch, "dpop");
  expectRefused(await send(excepting, other), "bearer", "invalid_token");
});
await check("exceptions file: an exception ends within 3 s after it was removed", async () => {
  exceptions.replace(NONE);
  await statusWithin3Seconds(401, excepting, unbound);
});
await check("exceptions file: a server does not start with an error in it", async () => {
  exceptions.replace(exception.replace("until", "untill"));
  await expectNoStart("exceptions-broken", "--exceptions", exceptions);
});
