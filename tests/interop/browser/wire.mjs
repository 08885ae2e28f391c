// Requests as a browser writes them, without its rules: node's `fetch` would leave out some headers.

import { once } from "node:events";
import { request } from "node:http";

export async function send(url, { method = "GET", headers }) {
  const sent = request(url, { method, headers }).end();
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  return { status: response.statusCode, headers: response.headers };
}

/** A preflight (Fetch standard, "CORS-preflight fetch") for a GET with token and proof. */
export function preflight(url, origin) {
  const asked = { "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,dpop" };
  return send(url, { method: "OPTIONS", headers: { Origin: origin, ...asked } });
}

/** The names in a header, in lower case. */
export function namesIn(value = "") {
  return value.split(",").map((name) => name.trim().toLowerCase());
}
