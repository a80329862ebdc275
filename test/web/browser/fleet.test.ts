import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { after, before, describe, test } from "node:test";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { startTestPage } from "../server/ask.ts";
import { seriousFaults } from "./axe.ts";
import { type Browser, findChromium, startBrowser } from "./chromium.ts";
import { startLocalFleet } from "./local-fleet.ts";

const CHROMIUM = findChromium();
const skip = CHROMIUM === null ? "there is no Chromium on this machine" : false;

/** Some failures in a row turn a region, and home looks when a probe hints. */
const PATIENCE_MS = 100_000;

const HOSTILE = "<script>alert(1)</script>";
const QUOTED = `"quotes" & 'more' 🦊`;

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}

/** Two tasks of one target, whose owner's texts are hostile, and which turn soon. */
function tasksOf(port: number): string {
  const tags = { "<b>k": `"'><img src=x onerror=alert(2)>` };
  const common = {
    ...{ host: `127.0.0.1:${port}`, schedule_seconds: 1, target_id: "<i>shop</i>", tags },
    alert: { failure_threshold: 2, success_threshold: 1 },
  };
  return JSON.stringify({ tasks: [HOSTILE, QUOTED].map((name) => ({ name, ...common })) });
}

/** An expression: the state of a task in the list. */
function stateOf(name: string): string {
  const isIt = `(line) => line.querySelector("a").innerText === ${JSON.stringify(name)}`;
  const line = `[...document.querySelectorAll(".line-task")].find(${isIt})`;
  return `${line}?.querySelector(".cell-state").innerText.trim()`;
}

/** An expression that types into a field as a person does. */
function typed(field: string, text: string): string {
  return `(() => {
    const input = document.querySelector("input[name=${field}]");
    input.value = ${JSON.stringify(text)};
    input.dispatchEvent(new Event("input", { bubbles: true }));
  })()`;
}

describe("the page of a real fleet in a browser", { skip }, () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser(CHROMIUM ?? "");
  });
  after(() => browser.close());

  test("a target that stops turns its row, and its event arrives without reload", async (t) => {
    const target = await listen(0);
    const { port } = target.address() as AddressInfo;
    const fleet = await startLocalFleet(tasksOf(port));
    t.after(() => fleet.stop());
    const page = await browser.open(fleet.pageUrl);
    await page.until(`${stateOf(HOSTILE)} === "Fine"`, PATIENCE_MS);
    await page.until(`${stateOf(QUOTED)} === "Fine"`, PATIENCE_MS);
    await page.untilText("<i>shop</i>");
    await page.evaluate("window.isTheSamePage = true");
    const fineIcon = await page.evaluate("document.querySelector('link[rel=icon]').href");

    await new Promise((done) => target.close(done));
    await page.until(`${stateOf(HOSTILE)} === "Down"`, PATIENCE_MS);
    await page.until(`document.title.startsWith("✕")`);
    assert.notEqual(await page.evaluate("document.querySelector('link[rel=icon]').href"), fineIcon);
    assert.deepEqual(await seriousFaults(page), []);
    await page.evaluate(`location.hash = "#/events"`);
    const newest = `document.querySelector(".event.is-down")?.innerText`;
    await page.until(`${newest}.includes(${JSON.stringify(HOSTILE)})`, PATIENCE_MS);
    assert.deepEqual(await seriousFaults(page), []);

    const again = await listen(port);
    t.after(() => again.close());
    await page.until(
      `document.querySelector(".event")?.className.includes("is-fine")`,
      PATIENCE_MS,
    );
    await page.evaluate(`location.hash = "#/"`);
    await page.until(`${stateOf(HOSTILE)} === "Fine"`, PATIENCE_MS);
    await page.until(`${stateOf(QUOTED)} === "Fine"`, PATIENCE_MS);

    await page.evaluate(
      `location.hash = "#/task/" + encodeURIComponent(${JSON.stringify(QUOTED)})`,
    );
    await page.click(".quieted > button");
    await page.until("document.querySelector('dialog[open]')");
    await page.evaluate(typed("reason", `${HOSTILE} works`));
    await page.evaluate(typed("by", "me"));
    await page.click("dialog button[type=submit]");
    await page.untilText("In maintenance");
    assert.deepEqual(await seriousFaults(page), []);
    await page.evaluate(`location.hash = "#/"`);
    await page.until("document.querySelector('.held-maintenance')");
    assert.equal(await page.evaluate("window.isTheSamePage"), true);
    assert.equal(await page.evaluate("document.querySelectorAll('main img, main i').length"), 0);
    assert.deepEqual([page.complaints, page.alerts], [[], []]);
  });

  test("the form takes the page token, and the page is there", async (t) => {
    const token = "a-token-that-is-long-enough";
    const server = await startTestPage(new FakeFleet(["eu-west-1"], Date.now()), { token });
    t.after(() => server.close());
    const page = await browser.open(`${server.url}/#/events?q=disk`);
    await page.until("document.querySelector('#token')");
    page.complaints.length = 0;
    assert.deepEqual(await seriousFaults(page), []);
    await page.evaluate(`document.querySelector("#token").value = ${JSON.stringify(token)}`);
    await page.click("button");
    await page.untilText("Nothing happened yet.");
    assert.equal(await page.evaluate("location.pathname + location.hash"), "/#/events?q=disk");
    assert.deepEqual(page.complaints, []);
  });
});
