// The cases of the browser run. Rules: DPOP-94, DPOP-95, THR-40.

import { createServer } from "node:http";
import { once } from "node:events";
import { check, expectEqual } from "../cases.mjs";
import { attemptsOf, logged, logMark, openPage, origin, reload, startBrowser, thumbprintOf } from "./browser.mjs";
import { exchange } from "./exchange.mjs";
import { nonces } from "./nonces.mjs";
import { namesIn, preflight, send } from "./wire.mjs";

const { apis } = await (await fetch(`${origin}/settings.json`)).json();
const OTHER = "https://other-page.example.com";

// CORS on the wire.

await check("preflight: the CORS layer answers it, and the guard does not see it", async () => {
  const mark = logMark();
  const { status, headers } = await preflight(`${apis.accounts}/accounts`, origin);
  expectEqual("status and origin", [status, headers["access-control-allow-origin"]], [200, origin]);
  const allowed = namesIn(headers["access-control-allow-headers"]);
  expectEqual("allowed headers", allowed.sort(), ["authorization", "dpop"]);
  expectEqual("a challenge", headers["www-authenticate"], undefined);
  expectEqual("reasons in the log", logged(mark).map(({ reason }) => reason), ["-"]);
});
await check("preflight: another origin receives no permission", async () => {
  for (const [api, from] of [[apis.accounts, OTHER], [apis.accounts, "null"], [apis.closed, origin]]) {
    const { headers } = await preflight(`${api}/accounts`, from);
    expectEqual(`the origin for ${from}`, headers["access-control-allow-origin"], undefined);
    expectEqual("vary by origin", namesIn(headers.vary).includes("origin"), true);
  }
});
await check("preflight: only one API allows credentials", async () => {
  for (const [api, expected] of [[apis.accounts, undefined], [apis.cookies, "true"]]) {
    const { headers } = await preflight(`${api}/accounts`, origin);
    expectEqual("credentials", headers["access-control-allow-credentials"], expected);
  }
});
await check("refusal: it names each readable header, and never *", async () => {
  for (const api of [apis.accounts, apis.cookies]) {
    const { status, headers } = await send(`${api}/accounts`, { headers: { Origin: origin } });
    const exposed = namesIn(headers["access-control-expose-headers"]);
    expectEqual("status", status, 401);
    for (const name of ["www-authenticate", "dpop-nonce", "retry-after", "date"]) {
      expectEqual(`${name} in ${exposed}`, exposed.includes(name), true);
    }
    expectEqual("a wildcard", exposed.includes("*"), false);
  }
});

// What the page shows: the outcome that it sees, and the requests that arrive with the reasons that the operator sees.

const ATTEMPTS = [
  ["no-nonce", "401 use_dpop_nonce", "accounts GET proof_nonce_missing"],
  ["get", "200", "accounts GET proof_nonce_missing", "accounts GET -"],
  ["post", "200", "accounts POST -"],
  ["kept-key", "200", "accounts GET -"],
  ["bearer", "401 invalid_token", "accounts GET binding_bound_token_as_bearer"],
  ["no-proof", "401 invalid_dpop_proof", "accounts GET proof_missing"],
  ["other-key", "401 invalid_token", "accounts GET binding_key_mismatch"],
  ["replay", "401 invalid_dpop_proof", "accounts GET -", "accounts GET proof_replayed"],
  ["other-method", "401 invalid_dpop_proof", "accounts POST proof_method"],
  ["other-url", "401 invalid_dpop_proof", "accounts GET proof_target_uri"],
  ["export", "InvalidAccessError"],
  ["closed", "blocked"],
  ["hidden", "DpopError", "hidden GET proof_nonce_missing"],
  ["cookies-refused", "blocked"],
  ["cookies", "200", "cookies GET proof_nonce_missing", "cookies GET -"],
  ["only-cookies", "401", "cookies GET credentials_missing"],
];

let browser = await startBrowser();
const page = await openPage(browser);
const first = await thumbprintOf(page);

await check("page: on the first visit no key is there", async () => {
  expectEqual("the attempt", (await attemptsOf(page)).get("kept-key").outcome, "pending");
});
const mark = logMark();
await reload(page);
const rows = await attemptsOf(page);
for (const [attempt, outcome] of ATTEMPTS) {
  await check(`page: ${attempt}, ${outcome}`, async () => {
    const row = rows.get(attempt);
    expectEqual("outcome and verdict", [row?.outcome, row?.verdict], [outcome, "right"]);
  });
}
await check("page: shows no other attempts", async () => {
  expectEqual("the attempts", [...rows.keys()], ATTEMPTS.map(([attempt]) => attempt));
});
await check("page: exactly the expected requests reach the APIs, refused for the expected reasons", async () => {
  const came = logged(mark).filter(({ method }) => method !== "OPTIONS");
  const requests = came.map(({ api, method, reason }) => `${api} ${method} ${reason}`);
  expectEqual("the log", requests, ATTEMPTS.flatMap(([, , ...requests]) => requests));
});
await check("page: cookies go where credentials are included and allowed, and nowhere else", async () => {
  const withCookie = logged(mark).filter(({ cookie }) => cookie !== "-");
  expectEqual("APIs", [...new Set(withCookie.map(({ api }) => api))], ["cookies"]);
});

await check("proof: method and URL are those that the browser sends", async () => {
  const statuses = await page.evaluate(async () => {
    const { apis, client, token } = await newVisit();
    const url = `${apis.accounts}/accounts`;
    const sent = [
      [`${url}?page=2&name=a%2Fb#top`, {}],
      [`${apis.accounts}/transfers/../accounts`, {}],
      [url.toUpperCase().replace("/ACCOUNTS", "/accounts"), { method: "post", body: "{}" }],
    ];
    const responses = await Promise.all(sent.map(([each, options]) => client.fetch(each, token, options)));
    return responses.map(({ status }) => status);
  });
  expectEqual("statuses", statuses, [200, 200, 200]);
});
await check("401: the page reads the challenge and the date", async () => {
  const [challenge, date] = await page.evaluate(async () => {
    const { apis } = await newVisit();
    const { headers } = await fetch(`${apis.accounts}/accounts`);
    return [headers.get("WWW-Authenticate"), headers.get("Date")];
  });
  expectEqual("the challenge", /^DPoP algs="ES256 /.test(challenge), true);
  expectEqual("the date", Math.abs(Date.parse(date) - Date.now()) < 60_000, true);
});
await check("401: the page of a gateway that replaces the exposed headers reads the challenge only", async () => {
  const readable = await page.evaluate(async () => {
    const { apis } = await newVisit();
    const { headers } = await fetch(`${apis.hidden}/accounts`);
    return ["WWW-Authenticate", "DPoP-Nonce", "Date"].filter((name) => headers.has(name));
  });
  expectEqual("readable headers", readable, ["WWW-Authenticate"]);
});

// The key.

await check("key: no form of export and no wrapping copies it", async () => {
  const errors = await page.evaluate(async () => {
    const { key } = await newVisit();
    const wrapping = await crypto.subtle.generateKey({ name: "AES-KW", length: 256 }, false, ["wrapKey"]);
    const attempts = ["jwk", "pkcs8", "raw", "spki"].map((form) => crypto.subtle.exportKey(form, key.privateKey));
    attempts.push(crypto.subtle.wrapKey("pkcs8", key.privateKey, wrapping, "AES-KW"));
    const settled = await Promise.allSettled(attempts);
    return settled.map(({ status, reason }) => (status === "rejected" ? reason.name : status));
  });
  expectEqual("exports that worked", errors.filter((name) => !/^(InvalidAccess|NotSupported)Error$/.test(name)), []);
  expectEqual("the error of jwk", errors[0], "InvalidAccessError");
});
await check("key: the stored one is not extractable, and only signs", async () => {
  const { extractable, usages } = await page.evaluate(async () => {
    const { privateKey } = (await newVisit()).key;
    return { extractable: privateKey.extractable, usages: privateKey.usages };
  });
  expectEqual("the key", { extractable, usages }, { extractable: false, usages: ["sign"] });
});
await check("key: is the same after a reload, and in a second tab", async () => {
  const second = await openPage(browser);
  expectEqual("thumbprints", [await thumbprintOf(page), await thumbprintOf(second)], [first, first]);
  await second.close();
});
await check("key: is the same after the browser was restarted", async () => {
  await browser.close();
  browser = await startBrowser();
  const restarted = await openPage(browser);
  expectEqual("thumbprint", await thumbprintOf(restarted), first);
  expectEqual("the attempt", (await attemptsOf(restarted)).get("kept-key").outcome, "200");
  await restarted.close();
});
const again = await openPage(browser);
await check("key: a token is of no use after the key was deleted", async () => {
  const outcome = await again.evaluate(async () => {
    const { apis, token, challengeError } = await newVisit();
    const { deleteKey } = await import("/key.js");
    await deleteKey();
    const { client } = await newVisit();
    const response = await client.fetch(`${apis.accounts}/accounts`, token);
    return [response.status, challengeError(response)];
  });
  expectEqual("the answer", outcome, [401, "invalid_token"]);
});
await check("key: tabs that open at once agree on one key", async () => {
  await again.evaluate(async () => (await import("/key.js")).deleteKey());
  const tabs = await Promise.all([1, 2, 3].map(() => openPage(browser)));
  const thumbprints = new Set(await Promise.all(tabs.map(thumbprintOf)));
  expectEqual("number of keys", [thumbprints.size, thumbprints.has(first)], [1, false]);
  await Promise.all(tabs.map((tab) => tab.close()));
});

// Other origins, and other scripts.

const elsewhere = createServer((_, response) => {
  response.setHeader("Content-Type", "text/html").end("<!doctype html><title>another page</title>");
}).listen(0, "127.0.0.1");
await once(elsewhere, "listening");
elsewhere.unref();
const otherOrigin = `http://127.0.0.1:${elsewhere.address().port}`;

await check("another origin: with token and proof its request is not even sent", async () => {
  const stolen = await again.evaluate(async () => {
    const { apis, client, token } = await newVisit();
    const url = `${apis.accounts}/accounts`;
    return { url, token, proof: await client.proof("GET", url, token) };
  });
  const thief = await browser.newPage();
  await thief.goto(otherOrigin);
  const before = logMark();
  const error = await thief.evaluate(async ({ url, token, proof }) => {
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof };
    return fetch(url, { headers }).then(({ status }) => status, ({ name }) => name);
  }, stolen);
  expectEqual("the answer", error, "TypeError");
  expectEqual("requests", logged(before).map(({ method }) => method), ["OPTIONS"]);
  await thief.close();
});
await check("another origin: does not see the key", async () => {
  const other = await browser.newPage();
  await other.goto(otherOrigin);
  expectEqual("databases", await other.evaluate(() => indexedDB.databases()), []);
  await other.close();
});
await check("policy of the page: no script within it runs, and no data leaves for other origins", async () => {
  const came = await again.evaluate(async (other) => {
    const script = document.createElement("script");
    try {
      script.text = "globalThis.injected = true";
      document.head.append(script);
    } catch {
      // Trusted Types refuse it earlier.
    }
    const sent = await fetch(other, { mode: "no-cors" }).then(() => "sent", () => "not sent");
    return [globalThis.injected ?? "not run", sent];
  }, otherOrigin);
  expectEqual("script and request", came, ["not run", "not sent"]);
});

await exchange(browser);
await nonces(again);

await browser.close();
