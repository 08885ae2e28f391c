// A resource server whose answers a case writes down, with the page's module for scripts of its own origin.

import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { origin as pageOrigin } from "./browser.mjs";

const HTML = { "Content-Type": "text/html" };
const SCRIPT = { "Content-Type": "text/javascript" };
// For pages of other origins, as a service would allow them.
const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Authorization, DPoP",
  "Access-Control-Expose-Headers": "DPoP-Nonce, WWW-Authenticate",
};

export const DEMAND = { "WWW-Authenticate": 'DPoP error="use_dpop_nonce", algs="ES256"' };

export class ScriptedServer {
  #server;
  /** The requests that arrived: method, body, and the claims of the proof. */
  requests = [];
  /** The answer to the request that arrives next: status and headers. */
  answer = () => ({ status: 200, headers: {} });

  static async start() {
    const scripted = new this();
    const module = await (await fetch(`${pageOrigin}/dpop.js`)).text();
    scripted.#server = createServer(async (request, response) => {
      if (request.url === "/") return response.writeHead(200, HTML).end("<!doctype html><title>scripted</title>");
      if (request.url === "/dpop.js") return response.writeHead(200, SCRIPT).end(module);
      if (!request.url.startsWith("/accounts")) return response.writeHead(404).end(); // The icon.
      if (request.method === "OPTIONS") return response.writeHead(204, CORS).end();
      const body = await text(request);
      const claims = JSON.parse(Buffer.from((request.headers.dpop ?? "..").split(".")[1], "base64url").toString() || "{}");
      scripted.requests.push({ method: request.method, body, claims });
      const { status, headers } = scripted.answer(scripted.requests.length);
      response.writeHead(status, { ...CORS, ...headers }).end();
    }).listen(0, "127.0.0.1");
    await once(scripted.#server, "listening");
    scripted.#server.unref();
    return scripted;
  }

  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Forgets what arrived, and answers so from now on. */
  answers(answer) {
    this.requests = [];
    this.answer = answer;
  }

  /** What the proofs named as their nonce. */
  get nonces() {
    return this.requests.map(({ claims }) => claims.nonce);
  }
}
