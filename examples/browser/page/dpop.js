// A client that proves possession of its key (RFC 9449): a proof for each request, and the nonces of servers.

/** What a server's set-up makes impossible. Repeating the request does not help. */
export class DpopError extends Error {}

/**
 * Sends requests with a token and a proof.
 *
 * This does not obtain or renew tokens, does not follow redirects, which need a proof of their own, and sends the token to
 * whatever server a URL names: do not pass URLs from outside.
 */
export class DpopClient {
  #key;
  /** The newest nonce of each origin: a nonce is of no use elsewhere (RFC 9449 section 9). */
  #nonces = new Map();

  constructor(key) {
    this.#key = key;
  }

  /**
   * As `fetch`, with a token. Repeats the request once, with the nonce that the server supplied, if it demands one.
   *
   * Responses with 401 are returned: the token expired or was revoked, or the proof was refused.
   */
  async fetch(resource, token, options = {}) {
    const request = new Request(resource, { ...options, redirect: "error" });
    const again = request.clone(); // A body can be sent once.
    const { origin } = new URL(request.url);
    const used = this.#nonces.get(origin);
    const response = await this.#send(request, token);
    if (!demandsNonce(response)) return response;
    if (!response.headers.has("DPoP-Nonce")) {
      throw new DpopError(
        `expected DPoP-Nonce with use_dpop_nonce, came none; Access-Control-Expose-Headers of ${origin} governs this`,
      );
    }
    // The same nonce once more would be refused once more.
    return this.#nonces.get(origin) === used ? response : this.#send(again, token);
  }

  /** A proof for one request (RFC 9449 section 4.2), without `ath` if there is no token yet. */
  async proof(method, url, token) {
    const { origin, pathname } = new URL(url);
    const header = { typ: "dpop+jwt", alg: "ES256", jwk: await publicJwk(this.#key) };
    const claims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: origin + pathname,
      iat: Math.floor(Date.now() / 1000),
      ath: token && (await sha256(token)),
      nonce: this.#nonces.get(origin),
    };
    return sign(this.#key, header, claims);
  }

  async #send(request, token) {
    // Of the request, not of the arguments: the browser writes `get` as `GET` and resolves URLs.
    const proof = await this.proof(request.method, request.url, token);
    request.headers.set("Authorization", `DPoP ${token}`);
    request.headers.set("DPoP", proof);
    const response = await fetch(request);
    const nonce = response.headers.get("DPoP-Nonce");
    if (nonce) this.#nonces.set(new URL(request.url).origin, nonce);
    return response;
  }
}

/** The thumbprint (RFC 7638) that tokens are bound to, as `cnf.jkt`. */
export async function thumbprint(key) {
  const { crv, kty, x, y } = await publicJwk(key);
  return sha256(JSON.stringify({ crv, kty, x, y }));
}

/** The `error` of a refusal, if it has one and the page may read it (RFC 6750 section 3, RFC 9449 section 7.1). */
export function challengeError(response) {
  const challenges = response.headers.get("WWW-Authenticate") ?? "";
  return /\berror="([^"]*)"/.exec(challenges)?.[1];
}

function demandsNonce(response) {
  return response.status === 401 && challengeError(response) === "use_dpop_nonce";
}

async function publicJwk({ publicKey }) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
  return { kty, crv, x, y };
}

/** A compact JWS (RFC 7515). WebCrypto signs in the form of ES256: `r` and `s`, 32 bytes each. */
async function sign({ privateKey }, header, claims) {
  const message = [header, claims].map((part) => base64url(bytes(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, bytes(message));
  return `${message}.${base64url(signature)}`;
}

async function sha256(text) {
  return base64url(await crypto.subtle.digest("SHA-256", bytes(text)));
}

function bytes(text) {
  return new TextEncoder().encode(text);
}

function base64url(data) {
  const binary = String.fromCharCode(...new Uint8Array(data));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
