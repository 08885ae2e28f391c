// The page: opens the key, obtains a token for it, makes the attempts, and shows what came of them.

import { groups, PENDING, run } from "./attempts.js";
import { DpopClient, thumbprint } from "./dpop.js";
import { deleteKey, openKey } from "./key.js";

const openedAt = new Date();
const byId = (id) => document.getElementById(id);

byId("reload").addEventListener("click", () => location.reload());
byId("forget").addEventListener("click", async () => {
  await deleteKey();
  location.reload();
});

try {
  const visit = await open();
  await showKey(visit);
  await showAttempts(visit);
  document.body.dataset.state = "done";
} catch (error) {
  byId("summary").textContent = `The page cannot start: ${error.message}`;
  document.body.dataset.state = "failed";
}

/** The token is kept in memory only: after a reload the page obtains another one, for the same key. */
async function open() {
  const settings = await (await fetch("settings.json")).json();
  const key = await openKey();
  const client = new DpopClient(key);
  const proof = await client.proof("POST", settings.token_endpoint);
  const response = await fetch(settings.token_endpoint, { method: "POST", headers: { DPoP: proof } });
  if (!response.ok) throw new Error(`expected a token, came ${response.status}`);
  const { access_token: token } = await response.json();
  return { settings, key, client, token, openedAt };
}

async function showKey({ key, token }) {
  const { cnf } = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  const own = await thumbprint(key);
  byId("thumbprint").textContent = own;
  byId("extractable").textContent = key.privateKey.extractable ? "yes" : "no";
  byId("created").textContent =
    key.createdAt < openedAt ? `${key.createdAt.toLocaleString()}, on an earlier visit` : "just now";
  byId("token").textContent = cnf.jkt === own ? "bound to this key" : "bound to another key";
}

async function showAttempts(visit) {
  const table = byId("attempts");
  const counts = { right: 0, wrong: 0, [PENDING]: 0 };
  for (const { title, attempts } of groups(visit)) {
    const body = table.appendChild(document.createElement("tbody"));
    const heading = cell(body.insertRow(), title, "th");
    heading.colSpan = 3;
    heading.scope = "rowgroup";
    // One after the other, as the order of the log on the terminal.
    for (const attempt of attempts) counts[await showAttempt(body, attempt)] += 1;
  }
  const parts = [`${counts.right} as expected`, `${counts.wrong} not`];
  if (counts[PENDING]) parts.push(`${counts[PENDING]} after a reload`);
  byId("summary").textContent = parts.join(", ");
  byId("summary").dataset.verdict = counts.wrong ? "wrong" : "right";
}

async function showAttempt(body, attempt) {
  const row = body.insertRow();
  const { outcome, detail } = await run(attempt);
  const verdict = outcome === PENDING ? PENDING : outcome === attempt.expected ? "right" : "wrong";
  Object.assign(row.dataset, { attempt: attempt.id, outcome, detail, verdict });
  cell(row, attempt.what);
  const came = cell(row, "");
  cell(came, outcome, "code");
  cell(came, detail, "small");
  cell(row, { right: "as expected", wrong: `expected ${attempt.expected}`, [PENDING]: "not yet" }[verdict]);
  return verdict;
}

function cell(parent, text, name = "td") {
  const element = document.createElement(name);
  element.textContent = text;
  return parent.appendChild(element);
}
