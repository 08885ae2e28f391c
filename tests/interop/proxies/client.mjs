// The cases for one route: honest calls, calls with another certificate or none, and certificate headers that the
// client wrote itself. A route is a proxy (or the server's own TLS) with the form in which it forwards the
// certificate:
//
//   name     what the cases are called after
//   url      where the client connects, by TLS
//   server   the resource server behind the proxy, by plain HTTP; absent for the server's own TLS
//   form, header   how the certificate is forwarded; absent for the server's own TLS
//   details        whether names from the certificate stand in the header too
//   required       whether a client without certificate gets no connection

import { check as checkNamed, expectEqual, record } from "../cases.mjs";
import { a, b, crafted, forms, rsa, selfSigned } from "./certificates.mjs";
import { call, callHttp2, callResumed, callServer } from "./connections.mjs";
import { newToken, settings } from "./tokens.mjs";

const route = JSON.parse(process.env.INTEROP_ROUTE);
const check = (name, action) => checkNamed(`${route.name}: ${name}`, action);

const TRUSTED = "127.0.0.1";
const UNTRUSTED = "127.0.0.2";

/** What the service is told about the sender. A gate states it in header fields, which its upstream answers with. */
function stated({ headers, ...verdict }) {
  if (!headers) return verdict;
  const sender = { method: "mtls", "x5t#S256": headers["x-auth-x5t-s256"] };
  return { iss: headers["x-auth-issuer"], client_id: headers["x-auth-client-id"], sender };
}

function expectAccepted({ status, challenges, verdict: received }, { name, thumbprint }) {
  expectEqual("the answer", { status, challenges }, { status: 200 });
  const verdict = stated(received);
  expectEqual("iss", verdict.iss, settings.issuer);
  expectEqual("client_id", verdict.client_id, name);
  expectEqual("sender", verdict.sender, { method: "mtls", "x5t#S256": thumbprint });
}

/** 401 with `invalid_token` in the Bearer challenge: the server refused, and not the proxy. */
function expectRefused({ status, challenges }) {
  record("refused", status);
  const error = /\bBearer\b.*\berror="([^"]*)"/i.exec(challenges)?.[1];
  expectEqual("status and error", { status, error }, { status: 401, error: "invalid_token" });
}

const tokens = new Map();
for (const certificate of [a, b, rsa, selfSigned]) {
  record("certificate", certificate.der.toString("base64"));
  await check(`token for the certificate ${certificate.name}`, async () => {
    tokens.set(certificate, await newToken(certificate));
  });
}
const token = tokens.get(a);
if (tokens.size < 4) process.exit(); // what is refused without a token shows nothing

for (const version of ["TLSv1.3", "TLSv1.2"]) {
  await check(`${version}, certificate of the token`, async () => {
    expectAccepted(await call(route, { client: a, token, version }), a);
  });
  await check(`${version}, another certificate`, async () => {
    expectRefused(await call(route, { client: b, token, version }));
  });
  if (route.required) {
    await check(`${version}, no certificate and therefore no connection`, async () => {
      const came = await call(route, { token, version }).catch(({ code }) => code);
      expectEqual("the error", /SSL|EPROTO|ECONNRESET|EPIPE/.test(came), true);
    });
  } else {
    await check(`${version}, no certificate`, async () => {
      expectRefused(await call(route, { token, version }));
    });
  }
  await check(`${version}, resumed session`, async () => {
    const answer = await callResumed(route, { client: a, token, version });
    expectAccepted(answer, a);
    expectEqual("session reused", answer.resumed, true);
  });
}

await check("RSA-4096 certificate", async () => {
  expectAccepted(await call(route, { client: rsa, token: tokens.get(rsa) }), rsa);
});
await check("self-signed certificate", async () => {
  expectAccepted(await call(route, { client: selfSigned, token: tokens.get(selfSigned) }), selfSigned);
});
await check("certificate whose names imitate a forwarded certificate", async () => {
  const answer = await call(route, { client: crafted, token });
  // With the names in it the header has two elements, which the server does not choose from.
  if (route.details && route.form === "xfcc") expectEqual("status", answer.status, 400);
  else expectRefused(answer);
});

await check("HTTP/2, certificate of the token, on two streams", async () => {
  const answers = await callHttp2(route, { client: a }, [{ token }, { token }]);
  for (const answer of answers) expectAccepted(answer, a);
});
await check("HTTP/2, another certificate", async () => {
  const [answer] = await callHttp2(route, { client: b }, [{ token }]);
  expectRefused(answer);
});

// The proxy sends requests of different clients over the connections that it keeps open to the server.
await check("many clients at once, each with its own certificate", async () => {
  const clients = Array(8).fill([a, b, rsa]).flat();
  const answers = clients.map((client) => call(route, { client, token: tokens.get(client) }));
  const thieves = Array(8).fill(b).map((client) => call(route, { client, token }));
  for (const [index, answer] of (await Promise.all(answers)).entries()) expectAccepted(answer, clients[index]);
  for (const answer of await Promise.all(thieves)) expectRefused(answer);
});

// What a client could write into its request so as to pass for the holder of certificate `a`. The names of every form
// are tried on every route: none of them may mean anything but the one that the proxy sets.
const names = { rfc9440: "Client-Cert", xfcc: "X-Forwarded-Client-Cert" };
const everyForm = Object.entries(forms).map(([form, write]) => [names[form] ?? `X-Client-Cert-${form}`, write(a)]);
const forgeries = { "the header of every form": Object.fromEntries(everyForm) };
const forgeriesOfHttp1 = {};
if (route.header) {
  const { header } = route;
  const value = forms[route.form](a);
  Object.assign(forgeries, {
    "the header itself": { [header]: value },
    "the header twice": { [header]: [value, value] },
    "the header with underscores": { [header.replaceAll("-", "_")]: value },
    "the header with one underscore": { [header.replace("-", "_")]: value },
    "a chain without certificate": { "Client-Cert-Chain": forms.rfc9440(a) },
  });
  Object.assign(forgeriesOfHttp1, {
    "the header in lower case": { [header.toLowerCase()]: value },
    "the header in upper case": { [header.toUpperCase()]: value },
    "the header, said to be hop by hop": { [header]: value, connection: `close, ${header}` },
  });
}
const withoutCertificate = route.required ? [] : [["no certificate", undefined]];

for (const [holding, client] of [...withoutCertificate, ["another certificate", b]]) {
  for (const [forgery, headers] of Object.entries({ ...forgeries, ...forgeriesOfHttp1 })) {
    await check(`${forgery}, sent by a client with ${holding}`, async () => {
      expectRefused(await call(route, { client, token, headers }));
    });
  }
  for (const [forgery, headers] of Object.entries(forgeries)) {
    await check(`HTTP/2, ${forgery}, sent by a client with ${holding}`, async () => {
      const [answer] = await callHttp2(route, { client }, [{ token, headers }]);
      expectRefused(answer);
    });
  }
}

if (route.header) {
  await check("the header itself, sent by a client for another certificate than its own", async () => {
    const headers = { [route.header]: forms[route.form](b) };
    expectAccepted(await call(route, { client: a, token, headers }), a);
  });
}

if (route.server) {
  const headers = { [route.header]: forms[route.form](a) };
  const server = (from, headers) => callServer(route, { from, token, headers });

  await check("past the proxy, the header from an address that is trusted", async () => {
    expectAccepted(await server(TRUSTED, headers), a);
  });
  await check("past the proxy, the header from an address that is not trusted", async () => {
    expectRefused(await server(UNTRUSTED, headers));
  });
  await check("past the proxy, the header with underscores from an address that is trusted", async () => {
    expectRefused(await server(TRUSTED, forgeries["the header with underscores"]));
  });
  await check("past the proxy, no header", async () => {
    expectRefused(await server(TRUSTED));
  });
  await check("past the proxy, a header that holds no certificate", async () => {
    expectEqual("status", (await server(TRUSTED, { [route.header]: "no certificate" })).status, 400);
  });
  await check("past the proxy, the header twice", async () => {
    expectEqual("status", (await server(TRUSTED, forgeries["the header twice"])).status, 400);
  });
}
