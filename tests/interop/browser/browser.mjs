// Headless Chromium, and what its pages and the APIs they call have to say.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const { BROWSER_LOG, BROWSER_PAGE, BROWSER_PROFILE, CHROMIUM } = process.env;

/** The origin of the page. */
export const origin = BROWSER_PAGE;

/** A browser with the profile of the run: what it stores is there after a restart. */
export function startBrowser() {
  return chromium.launchPersistentContext(BROWSER_PROFILE, {
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A new tab with the page, after its attempts. Scripts in it can call `newVisit` of in_page.js. */
export async function openPage(browser) {
  const page = await browser.newPage();
  await page.addInitScript({ path: fileURLToPath(new URL("in_page.js", import.meta.url)) });
  await page.goto(`${origin}/`);
  await isDone(page);
  return page;
}

export async function reload(page) {
  await page.reload();
  await isDone(page);
}

async function isDone(page) {
  await page.waitForFunction(() => document.body.dataset.state, null, { timeout: 20_000 });
}

/** The attempts of the page: outcome and detail by name. */
export async function attemptsOf(page) {
  const rows = await page.$$eval("tr[data-attempt]", (all) => all.map((row) => ({ ...row.dataset })));
  return new Map(rows.map(({ attempt, ...row }) => [attempt, row]));
}

export function thumbprintOf(page) {
  return page.textContent("#thumbprint");
}

/** The requests that the APIs logged: all, or those since the mark that a call of this returned. */
export function logged(since = 0) {
  const lines = readFileSync(BROWSER_LOG, "utf8").split("\n").slice(since, -1);
  const requests = lines.map((line) => line.split(/ +/)).filter((words) => words.length === 6);
  return requests.map(([api, method, path, status, cookie, reason]) => ({ api, method, path, status, cookie, reason }));
}

export function logMark() {
  return readFileSync(BROWSER_LOG, "utf8").split("\n").length - 1;
}
