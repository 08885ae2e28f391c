// The server scenarios of the conformance suite of MCP that any server can meet, through the guard: the suite sends no
// tokens, so a proxy on loopback adds them, once as Bearer and once with proofs.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { check, expectEqual, leftOut } from "../cases.mjs";
import { fetchWith, newSender, newToken, server } from "./oauth.mjs";

const SUITE = new URL("node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url).pathname;
const SCENARIOS = ["server-initialize", "ping", "tools-list"];

/** Forwards to the server with the credentials that `send` adds. */
async function proxy(send) {
  const listener = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { host: _, connection: _1, "content-length": _2, "transfer-encoding": _3, ...headers } = request.headers;
    const answer = await send(server, {
      method: request.method,
      headers,
      body: body.length > 0 ? body : undefined,
    });
    const { "content-encoding": _4, "transfer-encoding": _5, ...answered } = Object.fromEntries(answer.headers);
    response.writeHead(answer.status, answered).end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  return listener;
}

async function run(scenario, port) {
  const url = `http://127.0.0.1:${port}${server.pathname}`;
  const args = [SUITE, "server", "--url", url, "--scenario", scenario];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
  const exited = once(child, "exit");
  const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray()]);
  const [status] = await exited;
  const text = Buffer.concat([...out, ...err]).toString();
  expectEqual(`exit status of ${text.slice(-400)}`, status, 0);
}

const sender = await newSender();
for (const [how, send] of [
  ["with a bearer token", fetchWith(await newToken())],
  ["with a bound token and proofs", fetchWith(await newToken({ sender }), sender)],
]) {
  const listener = await proxy(send);
  for (const scenario of SCENARIOS) {
    await check(`mcp: conformance suite: ${scenario} ${how}`, () => run(scenario, listener.address().port));
  }
  listener.close();
}
leftOut("mcp: conformance suite: authorization of servers", "0.1.16 has scenarios for clients only; client.mjs has our cases");
