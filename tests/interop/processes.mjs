// The programs that a client of the run starts itself, each with a log in INTEROP_WORK. They end with the client.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

/** Waits until `holds` gives something true, which is returned. */
export async function until(what, seconds, holds) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const came = await holds();
    if (came) return came;
    await sleep(100);
  }
  throw new Error(`expected ${what} within ${seconds} s`);
}

/** Starts a program. What it writes is added to the log of this name. */
export function start(name, command, args) {
  const path = join(process.env.INTEROP_WORK, `${name}.log`);
  const log = openSync(path, "a");
  const child = spawn(command, args, { stdio: ["ignore", log, log] });
  child.unref();
  running.add(child);
  const exited = once(child, "exit").then(([status]) => {
    running.delete(child);
    return status;
  });
  return {
    log: () => readFileSync(path, "utf8"),
    /** The exit status. */
    ended() {
      child.ref();
      return exited;
    },
    stop() {
      child.kill("SIGTERM");
      return this.ended();
    },
    hangUp() {
      child.kill("SIGHUP");
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await once(server.close(), "close");
  return port;
}

/**
 * A resource server with these options, which does not listen yet, its address, and its origin: the address, or one
 * that it shares with others. Without an audience in the settings, that is its origin.
 */
export async function startResourceServer(name, { issuer, audience }, options, scheme = "http", sharedOrigin = undefined) {
  const authority = `127.0.0.1:${await freePort()}`;
  const address = `${scheme}://${authority}`;
  const origin = sharedOrigin ?? address;
  const required = ["--listen", authority, "--origin", origin, "--issuer", issuer, "--audience", audience ?? origin];
  return { ...start(name, process.env.INTEROP_SERVER, [...required, ...options]), address, origin };
}

/** A resource server that listens. */
export async function resourceServer(name, settings, options, scheme, sharedOrigin) {
  const server = await startResourceServer(name, settings, options, scheme, sharedOrigin);
  await until(`${name} to listen`, 30, () => server.log().includes(`listening on ${server.address}`));
  return server;
}
