// The node client: honest calls with every default algorithm, then the ways to misuse a token or a proof.

import { decodeProtectedHeader } from "jose";
import { check, expectEqual } from "./cases.mjs";
import { call, expectAccepted, expectRefused, newSender, newToken, origin, settings } from "./oauth_client.mjs";

const { resources, foreignResource, proofAlgorithms } = settings;

for (const proofAlgorithm of proofAlgorithms) {
  const sender = await newSender(proofAlgorithm);
  for (const [tokenAlgorithm, resource] of Object.entries(resources)) {
    await check(`node: ${tokenAlgorithm} token with ${proofAlgorithm} proof`, async () => {
      const token = await newToken(resource, sender);
      expectEqual("algorithm of the token", decodeProtectedHeader(token).alg, tokenAlgorithm);
      const inFlight = (url, request) => {
        expectEqual("algorithm of the proof", decodeProtectedHeader(request.headers.dpop).alg, proofAlgorithm);
        return fetch(url, request);
      };
      expectAccepted(await call(token, sender, { inFlight }), sender);
    });
  }
}

const sender = await newSender("ES256");
const thief = await newSender("ES256");
const token = await newToken(resources.ES256, sender);

for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
  await check(`node: ${method}`, async () => {
    expectAccepted(await call(token, sender, { method }), sender);
  });
}
await check("node: HEAD", async () => {
  expectEqual("status", (await call(token, sender, { method: "HEAD" })).status, 200);
});

for (const path of ["/", "/reports?page=2&q=%2F", "/caf%C3%A9%20%7euser/a%2fb;v=1", "/reports/?", "/items[1]"]) {
  await check(`node: GET ${path}`, async () => {
    expectAccepted(await call(token, sender, { url: path }), sender);
  });
}

await check("node: the sending side writes the path in another form than the proof", async () => {
  const sameMeaning = (_url, request) => fetch(`${origin}/~user/caf%C3%A9`, request);
  expectAccepted(await call(token, sender, { url: "/%7euser/c%61f%c3%a9", inFlight: sameMeaning }), sender);
});

await check("node: the same request twice", async () => {
  const twice = async (url, request) => {
    expectEqual("status of the first", (await fetch(url, request)).status, 200);
    return fetch(url, request);
  };
  expectRefused(await call(token, sender, { inFlight: twice }), "dpop", "invalid_dpop_proof");
});

await check("node: twenty copies at once, one is accepted", async () => {
  const copies = async (url, request) => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => fetch(url, request)));
    expectEqual("number accepted", responses.filter(({ ok }) => ok).length, 1);
    return responses.find(({ ok }) => !ok);
  };
  expectRefused(await call(token, sender, { inFlight: copies }), "dpop", "invalid_dpop_proof");
});

await check("node: stolen token with another key", async () => {
  expectRefused(await call(token, thief), "dpop", "invalid_token");
});

await check("node: bound token as Bearer", async () => {
  expectRefused(await call(token), "bearer", "invalid_token");
});

await check("node: bound token as Bearer beside a good proof", async () => {
  const asBearer = (url, { headers, ...request }) =>
    fetch(url, { ...request, headers: { ...headers, authorization: `Bearer ${token}` } });
  expectRefused(await call(token, sender, { inFlight: asBearer }), "bearer", "invalid_token");
});

await check("node: token without proof", async () => {
  const withoutProof = (url, { headers: { dpop, ...headers }, ...request }) => fetch(url, { ...request, headers });
  expectRefused(await call(token, sender, { inFlight: withoutProof }), "dpop", "invalid_dpop_proof");
});

await check("node: no credentials", async () => {
  const bare = (url, { method, signal }) => fetch(url, { method, signal });
  expectRefused(await call(token, sender, { inFlight: bare }));
});

await check("node: proof for another method", async () => {
  const asPost = (url, request) => fetch(url, { ...request, method: "POST" });
  expectRefused(await call(token, sender, { inFlight: asPost }), "dpop", "invalid_dpop_proof");
});

await check("node: proof for another path", async () => {
  const elsewhere = (_url, request) => fetch(`${origin}/elsewhere`, request);
  expectRefused(await call(token, sender, { inFlight: elsewhere }), "dpop", "invalid_dpop_proof");
});

await check("node: proof for another host", async () => {
  const url = "http://attacker.example/reports";
  const here = (_url, request) => fetch(`${origin}/reports`, request);
  expectRefused(await call(token, sender, { url, inFlight: here }), "dpop", "invalid_dpop_proof");
});

await check("node: proof for another token of the same key", async () => {
  const other = await newToken(resources.ES256, sender);
  const swapped = (url, { headers, ...request }) =>
    fetch(url, { ...request, headers: { ...headers, authorization: `DPoP ${other}` } });
  expectRefused(await call(token, sender, { inFlight: swapped }), "dpop", "invalid_dpop_proof");
});

await check("node: proof whose signature was altered", async () => {
  const altered = (url, { headers, ...request }) =>
    fetch(url, { ...request, headers: { ...headers, dpop: alterSignature(headers.dpop) } });
  expectRefused(await call(token, sender, { inFlight: altered }), "dpop", "invalid_dpop_proof");
});

await check("node: token whose signature was altered", async () => {
  expectRefused(await call(alterSignature(token), sender), "dpop", "invalid_token");
});

await check("node: token for another resource server", async () => {
  const foreign = await newToken(foreignResource, sender);
  expectRefused(await call(foreign, sender), "dpop", "invalid_token");
});

await check("node: proof algorithm that is not allowed", async () => {
  const rs256 = await newSender("RS256");
  expectRefused(await call(token, rs256), "dpop", "invalid_dpop_proof");
});

await check("node: the honest call still passes", async () => {
  expectAccepted(await call(token, sender), sender);
});

/** The same JWS with the first character of its signature replaced. */
function alterSignature(jws) {
  const at = jws.lastIndexOf(".") + 1;
  return jws.slice(0, at) + (jws[at] === "A" ? "B" : "A") + jws.slice(at + 1);
}
