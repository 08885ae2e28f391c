// The cases of nonces for each way to set up the gate, which requires them. The upstream sends a nonce of its own with every
// response. All fronts wait at once until their nonces have to be renewed.
//
//   INTEROP_FRONTS    a list of `{ name, origin }` in JSON

import { setTimeout as sleep } from "node:timers/promises";
import { check, expectEqual, record } from "../cases.mjs";
import { call, newSender, newToken, settings } from "../oauth_client.mjs";
import { linesOf, raw } from "./requests.mjs";

const OF_THE_UPSTREAM = "of-the-upstream";
/** Of a page, which reads the fields that are exposed, and no others. */
const PAGE = "https://app.example.com";
/** The rotation that gate.sh configures: half of the life of a nonce. */
const ROTATION_SECONDS = 10;

/** Calls by oauth4webapi, which learns the nonce of each response, and gives back what came over the wire. */
async function exchange({ origin }, { sender, token }) {
  let answer;
  await call(token, sender, {
    url: `${origin}/reports`,
    inFlight: async (_url, { method, headers: { authorization, dpop } }) => {
      answer = await raw(origin, method, "/reports", { authorization, dpop, origin: PAGE });
      const pairs = answer.rawHeaders.flatMap((_, at, all) => (at % 2 ? [] : [[all[at], all[at + 1]]]));
      return new Response("{}", { status: answer.status, headers: pairs });
    },
  });
  return answer;
}

async function newClient() {
  const sender = await newSender("ES256");
  return { sender, token: await newToken(settings.resources.ES256, sender) };
}

/** Has a client believe that this is a nonce of the origin. */
async function teach({ origin }, { sender, token }, nonce) {
  const inFlight = () => new Response("{}", { headers: { "dpop-nonce": nonce } });
  await call(token, sender, { url: `${origin}/reports`, inFlight });
}

/** A script may read each of these fields. */
function expectExposed(answer, fields) {
  const exposed = linesOf(answer, "access-control-expose-headers").join(", ").toLowerCase().split(/[ ,]+/);
  for (const field of fields) expectEqual(`${field} is exposed`, exposed.includes(field), true);
}

/** Sent for a nonce, and not forwarded. Gives back the nonce, which is the only one. */
function expectChallenge(answer) {
  record("refused", answer.status);
  const { status, received } = answer;
  expectEqual("status and what the upstream received", [status, received], [401, undefined]);
  const challenge = linesOf(answer, "www-authenticate").join(", ");
  expectEqual("number of DPoP challenges", challenge.match(/\bDPoP algs="/g)?.length, 1);
  expectEqual("error", /error="([^"]*)"/.exec(challenge)?.[1], "use_dpop_nonce");
  expectExposed(answer, ["www-authenticate", "dpop-nonce"]);
  const nonces = linesOf(answer, "dpop-nonce");
  expectEqual("number of nonces", nonces.length, 1);
  expectEqual("a nonce of the upstream", nonces[0] === OF_THE_UPSTREAM, false);
  return nonces[0];
}

function expectForwarded(answer) {
  expectEqual("status", answer.status, 200);
  expectEqual("the request line", [answer.received.method, answer.received.url], ["GET", "/reports"]);
}

const fronts = JSON.parse(process.env.INTEROP_FRONTS);
for (const front of fronts) {
  front.client = await newClient();
  await check(`${front.name}: the first call is sent for a nonce, of which there is one`, async () => {
    front.nonce = expectChallenge(await exchange(front, front.client));
    front.since = Date.now();
  });
  await check(`${front.name}: the next call passes with it, without a nonce of the upstream`, async () => {
    const answer = await exchange(front, front.client);
    expectForwarded(answer);
    expectEqual("nonces", linesOf(answer, "dpop-nonce"), []);
  });
  await check(`${front.name}: a nonce of the upstream is refused`, async () => {
    const client = await newClient();
    await teach(front, client, OF_THE_UPSTREAM);
    expectChallenge(await exchange(front, client));
    expectForwarded(await exchange(front, client));
  });
  await check(`${front.name}: a call without credentials has at most one nonce`, async () => {
    const answer = await raw(front.origin, "GET", "/reports");
    expectEqual("status", answer.status, 401);
    const nonces = linesOf(answer, "dpop-nonce");
    expectEqual("one nonce of the gate", nonces.length <= 1 && nonces[0] !== OF_THE_UPSTREAM, true);
  });
}

const last = Math.max(...fronts.map(({ since }) => since ?? 0));
await sleep(Math.max(0, last + ROTATION_SECONDS * 1000 + 500 - Date.now()));

for (const front of fronts) {
  await check(`${front.name}: a renewed nonce comes with a success, and passes`, async () => {
    const answer = await exchange(front, front.client);
    expectForwarded(answer);
    expectExposed(answer, ["dpop-nonce"]);
    const nonces = linesOf(answer, "dpop-nonce");
    expectEqual("number of nonces", nonces.length, 1);
    expectEqual("renewed", ![front.nonce, OF_THE_UPSTREAM].includes(nonces[0]), true);
    const next = await exchange(front, front.client);
    expectForwarded(next);
    expectEqual("nonces after it", linesOf(next, "dpop-nonce"), []);
  });
}
