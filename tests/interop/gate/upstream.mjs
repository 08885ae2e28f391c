// The server behind the proxies: it answers every request with what it received, as JSON.
//
//   node upstream.mjs PORT

import { createServer } from "node:http";

const [port] = process.argv.slice(2);
const server = createServer((request, response) => {
  const { method, url, rawHeaders } = request;
  const headers = {};
  for (let at = 0; at < rawHeaders.length; at += 2) headers[rawHeaders[at].toLowerCase()] = rawHeaders[at + 1];
  response.setHeader("content-type", "application/json");
  // A nonce of the upstream is for proofs to the upstream.
  response.setHeader("dpop-nonce", "of-the-upstream");
  response.end(JSON.stringify({ method, url, headers }));
});
server.listen(Number(port), "127.0.0.1", () => console.log("listening"));
