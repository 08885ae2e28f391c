// Requests to the gate, or to the proxy in front of it, which are sent as they are written.

import { request as send } from "node:http";

/** Sends method, path and fields unchanged to the origin. What the upstream received is in a 200 alone. */
export function raw(origin, method, path, headers = {}) {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const request = send({ hostname, port, method, path, headers, agent: false, timeout: 5000 }, (response) => {
      const { statusCode: status, headers, rawHeaders } = response;
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => {
        const text = Buffer.concat(pieces).toString();
        resolve({ status, headers, rawHeaders, received: status === 200 && text ? JSON.parse(text) : undefined });
      });
    });
    request.on("timeout", () => request.destroy(new Error("expected an answer within 5 s")));
    request.on("error", reject);
    request.end();
  });
}

/** The lines of a field, each as it came. */
export function linesOf({ rawHeaders }, name) {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1].toLowerCase() === name);
}
