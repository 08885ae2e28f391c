// The cases for one way to set up the gate: by itself, or as the forward-auth service of another proxy. oauth4webapi makes
// tokens and proofs; requests.mjs sends the requests, since fetch rewrites paths.
//
//   INTEROP_NAME      what the cases are called after
//   INTEROP_ORIGIN    where the client connects

import { check as checkNamed, expectEqual, record } from "../cases.mjs";
import { call, newSender, newToken, origin, settings } from "../oauth_client.mjs";
import { raw as rawTo } from "./requests.mjs";

const check = (name, action) => checkNamed(`${process.env.INTEROP_NAME}: ${name}`, action);
const { resources } = settings;
const sender = await newSender("ES256");
const thief = await newSender("ES256");
const token = await newToken(resources.ES256, sender);

/** The header fields of an honest request, which is not sent. */
async function credentials(method, path, by = sender) {
  let fields;
  await call(token, by, {
    method,
    url: path,
    inFlight: (_url, { headers }) => {
      const { authorization, dpop } = headers;
      fields = dpop ? { authorization, dpop } : { authorization };
      return new Response("{}");
    },
  });
  return fields;
}

const raw = (method, path, headers) => rawTo(origin, method, path, headers);
const honest = async (method, path, headers = {}) =>
  raw(method, path, { ...headers, ...(await credentials(method, path)) });

function expectReceived({ status, received }, method, url) {
  expectEqual("status", status, 200);
  expectEqual("the request line", [received.method, received.url], [method, url]);
  const { headers } = received;
  expectEqual("subject", headers["x-auth-subject"], settings.clientId);
  expectEqual("client", headers["x-auth-client-id"], settings.clientId);
  expectEqual("thumbprint", headers["x-auth-jkt"], sender.jkt);
  expectEqual("certificate, which there is none of", headers["x-auth-x5t-s256"] ?? "", "");
  expectEqual("credentials", [headers.authorization, headers.dpop], [undefined, undefined]);
}

function expectRefused({ status, headers, received }, error) {
  record("refused", status);
  expectEqual("what the upstream received", received, undefined);
  expectEqual("status", status, 401);
  const challenge = headers["www-authenticate"] ?? "";
  expectEqual("number of DPoP challenges", challenge.match(/\bDPoP algs="/g)?.length, 1);
  if (error) expectEqual("error", /error="([^"]*)"/.exec(challenge)?.[1], error);
}

/** Refused, in whatever way: what counts is that the upstream did not receive it. */
function expectNotForwarded({ status, received }) {
  record("refused", status);
  expectEqual("what the upstream received", received, undefined);
  expectEqual("refused", status >= 400, true);
}

for (const method of ["GET", "POST", "PUT", "DELETE"]) {
  await check(method, async () => expectReceived(await honest(method, "/reports"), method, "/reports"));
}
await check("HEAD", async () => expectEqual("status", (await honest("HEAD", "/reports")).status, 200));
for (const path of ["/", "/reports?page=2&q=%2F", "/a%2Fb", "/caf%C3%A9", "/a;b=c", "/a/"]) {
  await check(`GET ${path}`, async () => expectReceived(await honest("GET", path), "GET", path));
}
await check("nonce of the upstream", async () => {
  const { headers } = await honest("GET", "/reports");
  expectEqual("nonce", headers["dpop-nonce"], undefined);
});

await check("no credentials", async () => expectRefused(await raw("GET", "/reports")));
await check("the same request twice", async () => {
  const fields = await credentials("GET", "/reports");
  expectReceived(await raw("GET", "/reports", fields), "GET", "/reports");
  expectRefused(await raw("GET", "/reports", fields), "invalid_dpop_proof");
});
await check("stolen token with another key", async () => {
  expectRefused(await raw("GET", "/reports", await credentials("GET", "/reports", thief)), "invalid_token");
});
await check("bound token as Bearer", async () => {
  expectNotForwarded(await raw("GET", "/reports", { authorization: `Bearer ${token}` }));
});
await check("two authorizations", async () => {
  const { authorization, dpop } = await credentials("GET", "/reports");
  expectNotForwarded(await raw("GET", "/reports", { authorization: [authorization, authorization], dpop }));
});
await check("two proofs", async () => {
  const { authorization, dpop } = await credentials("GET", "/reports");
  expectNotForwarded(await raw("GET", "/reports", { authorization, dpop: [dpop, dpop] }));
});

await check("early data", async () => {
  expectNotForwarded(await honest("GET", "/reports", { "early-data": "1" }));
});

// OPTIONS.
await check("OPTIONS without credentials", async () => expectRefused(await raw("OPTIONS", "/reports")));
await check("a preflight", async () => {
  const fields = { origin: "https://app.example.com", "access-control-request-method": "DELETE" };
  expectRefused(await raw("OPTIONS", "/reports", fields));
});
await check("a refusal that a script of another origin may read", async () => {
  const answer = await raw("GET", "/reports", { origin: "https://app.example.com" });
  expectRefused(answer);
  expectEqual("exposed", /\bWWW-Authenticate\b/.test(answer.headers["access-control-expose-headers"]), true);
});
await check("OPTIONS with the proof of a GET", async () => {
  expectRefused(await raw("OPTIONS", "/reports", await credentials("GET", "/reports")), "invalid_dpop_proof");
});

// Header smuggling.
const identity = ["X-Auth-Subject", "x-auth-subject", "X_Auth_Subject", "X-Auth_Subject", "X_AUTH_SUBJECT", "X.Auth.Subject", "X-Auth.Subject", "X-Auth-Scope"];
for (const name of identity) {
  await check(`${name} of a client without credentials`, async () => {
    expectRefused(await raw("GET", "/reports", { [name]: "root" }));
  });
  await check(`${name} of a client with credentials`, async () => {
    const answer = await honest("GET", "/reports", { [name]: "root" });
    expectReceived(answer, "GET", "/reports");
    expectEqual("the forged value", JSON.stringify(answer.received).includes("root"), false);
  });
  await check(`${name}, said to be hop by hop`, async () => {
    const answer = await honest("GET", "/reports", { [name]: "root", connection: "close, X-Auth-Subject, X-Auth-Jkt" });
    expectReceived(answer, "GET", "/reports");
    expectEqual("the forged value", JSON.stringify(answer.received).includes("root"), false);
  });
}
const targets = {
  "x-original-method": "GET",
  "x-original-uri": "/reports",
  "x-original-url": "/reports",
  "x-forwarded-method": "GET",
  "x-forwarded-uri": "/reports",
  "x-forwarded-proto": "http",
};
await check("the original request, forged, with a proof for it", async () => {
  const fields = { ...targets, ...(await credentials("GET", "/reports")) };
  expectNotForwarded(await raw("DELETE", "/admin", fields));
});
await check("the original request, forged, with a proof for the real one", async () => {
  expectReceived(await honest("PUT", "/other", targets), "PUT", "/other");
});
await check("the original request, hidden by Connection", async () => {
  const fields = { ...(await credentials("GET", "/reports")), connection: `close, ${Object.keys(targets).join(", ")}` };
  expectNotForwarded(await raw("DELETE", "/admin", fields));
});

// Method override.
for (const name of ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"]) {
  await check(`${name} with the proof of the method that it names`, async () => {
    const fields = { ...(await credentials("GET", "/reports")), [name]: "GET" };
    expectRefused(await raw("DELETE", "/reports", fields), "invalid_dpop_proof");
  });
}

// Encoded paths: a proof for one resource does not open another one, whatever a reader makes of the path.
for (const [proven, sent] of [
  ["/public", "/admin"],
  ["/a/b", "/a%2Fb"],
  ["/a%2Fb", "/a/b"],
  ["/a", "//a"],
  ["/a", "/a/"],
  ["/admin", "/a/../admin"],
  ["/admin", "/a/%2e%2e/admin"],
  ["/admin", "/a/%2E%2E%2Fadmin"],
  ["/admin", "/a/..%2fadmin"],
  ["/admin", "/%61dmin%2f"],
  ["/admin", "/admin;a"],
  ["/admin", "/admin%00"],
  ["/admin", "/admin%3Fa"],
]) {
  await check(`${sent} with the proof for ${proven}`, async () => {
    expectNotForwarded(await raw("GET", sent, await credentials("GET", proven)));
  });
}
await check("the honest call still passes", async () => {
  expectReceived(await honest("GET", "/reports"), "GET", "/reports");
});
