// What the page tries: honest requests, a thief's, and APIs whose CORS set-up differs.

import { challengeError, DpopClient, DpopError } from "./dpop.js";

export const PENDING = "pending";

/**
 * The attempts, each with a name, what is done, the expected outcome, and how it is done.
 *
 * `visit` is what the page has: settings, its key, a client with that key, its token, and when it was opened.
 */
export function groups(visit) {
  return [
    { title: "The page itself", attempts: honest(visit) },
    { title: "Somebody who copied its token or a request", attempts: stolen(visit) },
    { title: "APIs with another CORS set-up", attempts: cors(visit) },
  ];
}

function honest({ settings, key, client, token, openedAt }) {
  const url = `${settings.apis.accounts}/accounts`;
  return [
    attempt("no-nonce", "GET with a proof without a nonce", "401 use_dpop_nonce", async () => {
      const proof = await new DpopClient(key).proof("GET", url, token);
      return fetch(url, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } });
    }),
    attempt("get", "The same, repeated with the nonce of the server", "200", () => client.fetch(url, token)),
    attempt("post", "POST with a proof for POST", "200", () => client.fetch(url, token, { method: "POST" })),
    attempt("kept-key", "GET with the key of an earlier visit", "200", () =>
      key.createdAt < openedAt ? client.fetch(url, token) : PENDING,
    ),
  ];
}

function stolen({ settings, key, client, token }) {
  const url = `${settings.apis.accounts}/accounts`;
  const other = `${settings.apis.accounts}/transfers`;
  const withProof = (proof) => ({ headers: { Authorization: `DPoP ${token}`, DPoP: proof } });
  const freshProof = () => client.proof("GET", url, token);
  return [
    attempt("bearer", "Token as Bearer, without a key", "401 invalid_token", () =>
      fetch(url, { headers: { Authorization: `Bearer ${token}` } }),
    ),
    attempt("no-proof", "Token without a proof", "401 invalid_dpop_proof", () =>
      fetch(url, { headers: { Authorization: `DPoP ${token}` } }),
    ),
    attempt("other-key", "Token with a proof of the thief's own key", "401 invalid_token", async () => {
      const algorithm = { name: "ECDSA", namedCurve: "P-256" };
      const thief = new DpopClient(await crypto.subtle.generateKey(algorithm, false, ["sign"]));
      return thief.fetch(url, token);
    }),
    attempt("replay", "Copy of a request that was accepted", "401 invalid_dpop_proof", async () => {
      const copied = withProof(await freshProof());
      const first = await fetch(url, copied);
      return first.ok ? fetch(url, copied) : first;
    }),
    attempt("other-method", "Copied proof for GET, sent with POST", "401 invalid_dpop_proof", async () =>
      fetch(url, { ...withProof(await freshProof()), method: "POST" }),
    ),
    attempt("other-url", "Copied proof, sent to another URL", "401 invalid_dpop_proof", async () =>
      fetch(other, withProof(await freshProof())),
    ),
    attempt("export", "Script that copies the private key", "InvalidAccessError", () =>
      crypto.subtle.exportKey("jwk", key.privateKey),
    ),
  ];
}

function cors({ settings: { apis }, client, token }) {
  const withCookies = { credentials: "include" };
  return [
    attempt("closed", "API that does not allow this origin", "blocked", () =>
      client.fetch(`${apis.closed}/accounts`, token),
    ),
    attempt("hidden", "API whose gateway hides the nonce", "DpopError", () =>
      client.fetch(`${apis.hidden}/accounts`, token),
    ),
    attempt("cookies-refused", "Request with cookies, API without credentials", "blocked", () =>
      client.fetch(`${apis.accounts}/accounts`, token, withCookies),
    ),
    attempt("cookies", "Request with cookies, API that allows credentials", "200", () =>
      client.fetch(`${apis.cookies}/accounts`, token, withCookies),
    ),
    attempt("only-cookies", "The cookie of that API, without a token", "401", () =>
      fetch(`${apis.cookies}/accounts`, withCookies),
    ),
  ];
}

/** Runs an attempt: its outcome in a word or two, and the text that explains it. */
export async function run({ action }) {
  try {
    const came = await action();
    if (came === PENDING) return { outcome: PENDING, detail: "reload the page" };
    if (!(came instanceof Response)) return { outcome: "done", detail: "" };
    return { outcome: [came.status, challengeError(came)].filter(Boolean).join(" "), detail: await detailOf(came) };
  } catch (error) {
    // `fetch` does not say why: a page may not learn what CORS hides from it.
    if (error instanceof TypeError) return { outcome: "blocked", detail: "the browser does not pass the response on" };
    if (error instanceof DpopError) return { outcome: "DpopError", detail: error.message };
    return { outcome: error.name, detail: error.message };
  }
}

async function detailOf(response) {
  if (response.ok) return `user ${(await response.json()).user}`;
  const challenges = response.headers.get("WWW-Authenticate");
  if (challenges === null) return "the challenge is not readable";
  return /error_description="([^"]*)"/.exec(challenges)?.[1] ?? challenges;
}

function attempt(id, what, expected, action) {
  return { id, what, expected, action };
}
