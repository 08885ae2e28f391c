// The nonce exchange of page/dpop.js (RFC 9449 sections 8 and 9), with servers that demand nonces in every way.

import { check, expectEqual } from "../cases.mjs";
import { DEMAND, ScriptedServer } from "./scripted_server.mjs";

const ok = (nonce) => ({ status: 200, headers: nonce ? { "DPoP-Nonce": nonce } : {} });
const demand = (nonce) => ({ status: 401, headers: nonce ? { ...DEMAND, "DPoP-Nonce": nonce } : DEMAND });

export async function exchange(browser) {
  const server = await ScriptedServer.start();
  const other = await ScriptedServer.start();
  const page = await browser.newPage();
  await page.goto(`${server.origin}/`);

  /** Sends requests one after the other with one new client: the status of each, or the name of its error. */
  const send = (...requests) =>
    page.evaluate(async (all) => {
      const { DpopClient } = await import("/dpop.js");
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      const client = new DpopClient(await crypto.subtle.generateKey(algorithm, false, ["sign"]));
      const outcomes = [];
      for (const { url, options } of all) {
        const sent = client.fetch(url, "a token", options);
        outcomes.push(await sent.then(({ status }) => status, ({ constructor }) => constructor.name));
      }
      return outcomes;
    }, requests);
  const url = `${server.origin}/accounts?page=2#top`;
  const get = { url };

  await check("exchange: a demand is answered once, with the nonce", async () => {
    server.answers((nth) => (nth === 1 ? demand("n1") : ok()));
    expectEqual("statuses", await send(get, get), [200, 200]);
    expectEqual("nonces", server.nonces, [undefined, "n1", "n1"]);
  });
  await check("exchange: each repetition has a proof of its own, and the same body", async () => {
    server.answers((nth) => (nth === 1 ? demand("n1") : ok()));
    expectEqual("statuses", await send({ url, options: { method: "POST", body: "{}" } }), [200]);
    expectEqual("bodies", server.requests.map(({ method, body }) => method + body), ["POST{}", "POST{}"]);
    const [first, second] = server.requests.map(({ claims }) => claims.jti);
    expectEqual("the same jti", first === second, false);
  });
  await check("exchange: htu has neither query nor fragment", async () => {
    server.answers(() => ok());
    await send(get);
    const [{ claims }] = server.requests;
    expectEqual("htm and htu", [claims.htm, claims.htu], ["GET", `${server.origin}/accounts`]);
  });
  await check("exchange: the newest nonce is used, whatever response it came with", async () => {
    const answers = [ok("n1"), { status: 500, headers: { "DPoP-Nonce": "n2" } }, ok(), ok("n3"), ok()];
    server.answers((nth) => answers[nth - 1]);
    expectEqual("statuses", await send(get, get, get, get, get), [200, 500, 200, 200, 200]);
    expectEqual("nonces", server.nonces, [undefined, "n1", "n2", "n2", "n3"]);
  });
  await check("exchange: a server that demands again and again receives two requests", async () => {
    server.answers((nth) => demand(`n${nth}`));
    expectEqual("statuses", await send(get), [401]);
    expectEqual("nonces", server.nonces, [undefined, "n1"]);
  });
  await check("exchange: the nonce that was refused is not sent again", async () => {
    server.answers(() => demand("n1"));
    expectEqual("statuses", await send(get, get), [401, 401]);
    expectEqual("nonces", server.nonces, [undefined, "n1", "n1"]);
  });
  await check("exchange: a demand without a readable nonce is an error, and not repeated", async () => {
    server.answers(() => demand());
    expectEqual("outcomes", await send(get), ["DpopError"]);
    expectEqual("number of requests", server.requests.length, 1);
  });
  await check("exchange: other refusals are not repeated, with a nonce or without", async () => {
    const refusal = { "WWW-Authenticate": 'DPoP error="invalid_token"', "DPoP-Nonce": "n1" };
    server.answers(() => ({ status: 401, headers: refusal }));
    expectEqual("statuses", await send(get), [401]);
    expectEqual("number of requests", server.requests.length, 1);
  });
  await check("exchange: a nonce does not go to another origin", async () => {
    server.answers(() => ok("n1"));
    other.answers(() => ok("o1"));
    const elsewhere = { url: `${other.origin}/accounts` };
    expectEqual("statuses", await send(get, elsewhere, get, elsewhere), [200, 200, 200, 200]);
    expectEqual("nonces", [server.nonces, other.nonces], [[undefined, "n1"], [undefined, "o1"]]);
  });
  await check("exchange: a redirect is an error, and no proof goes to its target", async () => {
    server.answers(() => ({ status: 307, headers: { Location: `${other.origin}/accounts` } }));
    other.answers(() => ok());
    expectEqual("outcomes", await send(get), ["TypeError"]);
    expectEqual("requests to the target", other.requests.length, 0);
  });
  await page.close();
}
