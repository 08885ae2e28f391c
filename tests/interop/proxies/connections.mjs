// Requests over connections of their own, each with the certificate, the TLS version and the session that a case asks
// for. Every answer is `{ status, challenges, verdict, resumed }`.

import { once } from "node:events";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { expectEqual } from "../cases.mjs";
import { ca } from "./certificates.mjs";

const TIMEOUT = 10_000;

// Proxies choose the site by the name `localhost`, which may mean ::1 as well: the address is given beside it.
const address = { host: "127.0.0.1", servername: "localhost" };
const tls = (client, version) => ({
  ca,
  cert: client?.cert,
  key: client?.key,
  minVersion: version,
  maxVersion: version,
});

function answer(status, headers, body) {
  const challenges = headers["www-authenticate"];
  return { status, challenges, verdict: status === 200 ? JSON.parse(body) : undefined };
}

async function send(request) {
  const [response] = await once(request.end(), "response");
  const body = (await response.toArray()).join("");
  return answer(response.statusCode, response.headers, body);
}

function overTls({ url }, { client, version, session, token, headers }) {
  const { port, host, pathname: path } = new URL("/reports", url);
  return https.request({
    ...address,
    ...tls(client, version),
    port,
    path,
    session,
    agent: false,
    headers: { host, authorization: `Bearer ${token}`, ...headers },
    signal: AbortSignal.timeout(TIMEOUT),
  });
}

/** HTTP/1.1 over TLS, on a new connection. */
export function call(route, options) {
  return send(overTls(route, options));
}

/** The same call twice, the second on a connection that resumes the session of the first and has no key to present. */
export async function callResumed(route, options) {
  const first = overTls(route, options);
  const [socket] = await once(first, "socket");
  const ticket = once(socket, "session", { signal: AbortSignal.timeout(TIMEOUT) }).catch(() => {
    throw new Error("expected a session to resume, came none");
  });
  const [{ status }, [session]] = await Promise.all([send(first), ticket]);
  expectEqual("status of the first", status, 200);

  const second = overTls(route, { ...options, client: undefined, session });
  const [resumption] = await once(second, "socket");
  await once(resumption, "secureConnect");
  return { ...(await send(second)), resumed: resumption.isSessionReused() };
}

/** Calls over one HTTP/2 connection, all of them at once: an answer for each of `requests`. */
export async function callHttp2({ url }, { client }, requests) {
  const connection = http2.connect(url, { ...address, ...tls(client), signal: AbortSignal.timeout(TIMEOUT) });
  const broken = once(connection, "error").then(([error]) => Promise.reject(error));
  try {
    const answers = requests.map(async ({ token, headers }) => {
      const stream = connection.request({ ":path": "/reports", authorization: `Bearer ${token}`, ...headers });
      stream.setTimeout(TIMEOUT, () => stream.destroy(new Error("expected an answer, came none")));
      const [received] = await once(stream, "response");
      return answer(received[":status"], received, (await stream.toArray()).join(""));
    });
    return await Promise.race([Promise.all(answers), broken]);
  } finally {
    connection.destroy();
  }
}

/** Plain HTTP/1.1 to the resource server itself, past the proxy, from an address of our choice. */
export function callServer({ server }, { from, token, headers }) {
  return send(
    http.request(new URL("/reports", server), {
      localAddress: from,
      agent: false,
      headers: { authorization: `Bearer ${token}`, ...headers },
      signal: AbortSignal.timeout(TIMEOUT),
    }),
  );
}
