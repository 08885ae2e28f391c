// Calls to the resource servers of the introspection run, and the judgements about their answers.

import { expectEqual, record } from "../cases.mjs";
import { call as callServer, settings } from "../oauth_client.mjs";
import { call as callTls } from "../proxies/connections.mjs";

/** A call over plain HTTP, with a proof of the sender. */
export const call = (server, token, sender, options) =>
  callServer(token, sender, { url: `${server.origin}/reports`, ...options });

/** A call over TLS, with the client's certificate. */
export const callOverTls = (server, token, client) => callTls({ url: server.origin }, { client, token });

/** The answer of the authorization server has no `sub`: the token is for the client alone. */
export function expectAccepted({ status, verdict, challenges }, clientId, sender) {
  expectEqual("the answer", { status, challenges }, { status: 200 });
  const { iss, client_id, scope, sender: found } = verdict;
  const expected = { iss: settings.issuer, client_id: clientId, scope: settings.scope };
  expectEqual("the verdict", { iss, client_id, scope: String(scope) }, expected);
  expectEqual("sender", Object.entries(found).sort(), Object.entries(sender).sort());
}

/** 401 with `invalid_token` in the Bearer challenge. */
export function expectRefusedOverTls({ status, challenges }) {
  record("refused", status);
  const error = /\bBearer\b.*\berror="([^"]*)"/i.exec(challenges)?.[1];
  expectEqual("status and error", { status, error }, { status: 401, error: "invalid_token" });
}

/** 503: not the fault of the client, which would request a new token after 401. */
export function expectUnavailable({ status, challenges }) {
  expectEqual("the answer", { status, challenges }, { status: 503 });
}

/** How many requests the introspection endpoint received. */
export const introspections = async () =>
  Number(await fetch(`${settings.issuer}/run/introspections`).then((response) => response.text()));
