import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { test } from "node:test";
import { findChromium, startBrowser } from "./chromium.ts";
import { startLocalFleet } from "./local-fleet.ts";

const CHROMIUM = findChromium();
const skip = CHROMIUM === null ? "there is no Chromium on this machine" : false;

/** Some failures in a row turn a region, and home looks when a probe hints. */
const PATIENCE_MS = 100_000;

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

test("a target that stops turns its row, and its event arrives without reload", {
  skip,
}, async (t) => {
  const target = await listen(0);
  const { port } = target.address() as AddressInfo;
  const tasks = `[[tasks]]\nname = "target"\nhost = "127.0.0.1:${port}"\nschedule_seconds = 1\n`;
  const [fleet, browser] = await Promise.all([
    startLocalFleet(tasks),
    startBrowser(CHROMIUM ?? ""),
  ]);
  t.after(() => Promise.all([fleet.stop(), browser.close()]));
  const page = await browser.open(fleet.pageUrl);
  await page.until(`document.querySelector("[role=row] a")?.innerText === "target"`, PATIENCE_MS);
  await page.evaluate("window.isTheSamePage = true");
  const state = `document.querySelector(".line-task .cell-state")?.innerText.trim()`;
  await page.until(`${state} === "Fine"`, PATIENCE_MS);
  await new Promise((done) => target.close(done));
  await page.until(`${state} === "Down"`, PATIENCE_MS);
  await page.until(`document.title.startsWith("✕")`);
  await page.evaluate(`location.hash = "#/events"`);
  await page.until(`document.querySelector(".event.is-down")?.innerText.includes("target")`);
  const again = await listen(port);
  t.after(() => again.close());
  await page.until(`document.querySelector(".event")?.className.includes("is-fine")`, PATIENCE_MS);
  await page.evaluate(`location.hash = "#/"`);
  await page.until(`${state} === "Fine"`);
  assert.equal(await page.evaluate("window.isTheSamePage"), true);
  assert.deepEqual(page.complaints, []);
});
