// The nonces of the APIs, which demand one in every proof (RFC 9449 section 9), in a page on another origin.

import { check, expectEqual } from "../cases.mjs";
import { logged, logMark } from "./browser.mjs";

const reasonsSince = (mark) => logged(mark).filter(({ method }) => method !== "OPTIONS").map(({ reason }) => reason);

export async function nonces(page) {
  await check("nonces: the page reads the one of a refusal, with cookies and without", async () => {
    const readable = await page.evaluate(async () => {
      const { apis } = await newVisit();
      const plain = await fetch(`${apis.accounts}/accounts`);
      const withCookies = await fetch(`${apis.cookies}/accounts`, { credentials: "include" });
      return [plain, withCookies].map(({ headers }) => headers.get("DPoP-Nonce") ?? "");
    });
    const hasForm = (nonce) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(nonce);
    expectEqual("nonces of RFC 9449 section 8.1", readable.map(hasForm), [true, true]);
    expectEqual("the same at both", readable[0] === readable[1], false);
  });
  await check("nonces: the first request is repeated with one, the next ones are not", async () => {
    const mark = logMark();
    const statuses = await page.evaluate(async () => {
      const { apis, client, token } = await newVisit();
      const url = `${apis.accounts}/accounts`;
      const post = { method: "POST", body: "{}" };
      const responses = [await client.fetch(url, token, post), await client.fetch(url, token), await client.fetch(url, token)];
      return responses.map(({ status }) => status);
    });
    expectEqual("statuses", statuses, [200, 200, 200]);
    expectEqual("the log", reasonsSince(mark), ["proof_nonce_missing", "-", "-", "-"]);
  });
  await check("nonces: requests that are sent at once all succeed, each repeated once at most", async () => {
    const mark = logMark();
    const statuses = await page.evaluate(async () => {
      const { apis, client, token } = await newVisit();
      const all = Array.from({ length: 8 }, () => client.fetch(`${apis.accounts}/accounts`, token));
      return (await Promise.all(all)).map(({ status }) => status);
    });
    expectEqual("statuses", statuses, Array(8).fill(200));
    const reasons = reasonsSince(mark);
    expectEqual("accepted", reasons.filter((reason) => reason === "-").length, 8);
    expectEqual("requests", reasons.length <= 16, true);
  });
  for (const hours of [-2, 2]) {
    await check(`nonces: replace the time of a browser whose clock is off by ${hours} hours`, async () => {
      const status = await page.evaluate(async (off) => {
        const { apis, client, token } = await newVisit();
        const { now } = Date;
        Date.now = () => now() + off * 3_600_000;
        try {
          return (await client.fetch(`${apis.accounts}/accounts`, token)).status;
        } finally {
          Date.now = now;
        }
      }, hours);
      expectEqual("status", status, 200);
    });
  }
  await check("nonces: one that a gateway hides is an error that names the setting, after one request", async () => {
    const mark = logMark();
    const error = await page.evaluate(async () => {
      const { apis, client, token } = await newVisit();
      return client.fetch(`${apis.hidden}/accounts`, token).catch(({ message }) => message);
    });
    expectEqual("the setting", /Access-Control-Expose-Headers of http/.test(error), true);
    expectEqual("the log", reasonsSince(mark), ["proof_nonce_missing"]);
  });
  await check("nonces: a copied request is refused as a replay, whose nonce is still good", async () => {
    const mark = logMark();
    const statuses = await page.evaluate(async () => {
      const { apis, client, token } = await newVisit();
      const url = `${apis.accounts}/accounts`;
      await client.fetch(url, token);
      const headers = { Authorization: `DPoP ${token}`, DPoP: await client.proof("GET", url, token) };
      return [await fetch(url, { headers }), await fetch(url, { headers })].map(({ status }) => status);
    });
    expectEqual("statuses", statuses, [200, 401]);
    expectEqual("the log", reasonsSince(mark).slice(-2), ["-", "proof_replayed"]);
  });
}
