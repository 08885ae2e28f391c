// Reports cases in the form that run.sh counts, and records what must not show up in the resource server's log.

import { appendFileSync } from "node:fs";

/** Runs one case: it is ok when `action` does not throw. */
export async function check(name, action) {
  try {
    await action();
    console.log(`ok - ${name}`);
  } catch (error) {
    const reason = `${error.message}${error.cause?.code ? ` (${error.cause.code})` : ""}`;
    console.log(`FAILED - ${name}: ${reason.replaceAll("\n", " ")}`);
  }
}

/** Names what has no case, and why. */
export function leftOut(name, reason) {
  console.log(`left out - ${name}: ${reason}`);
}

export function expectEqual(what, came, expected) {
  const [left, right] = [came, expected].map((value) => JSON.stringify(value) ?? "nothing");
  if (left !== right) throw new Error(`expected ${what} to be ${right}, came ${left}`);
}

/** Notes a `token` or a `proof` that was sent, or that a request was `refused`. */
export function record(kind, value) {
  appendFileSync(process.env.INTEROP_RECORD, `${kind} ${value}\n`);
}
