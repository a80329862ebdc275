import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { type FixtureServer, startFixture } from "../fixture/fixture-server.ts";
import { HOSTILE_NAMES } from "../fixture/task-rows.ts";
import { hostileWorld, largeWorld, troubledWorld, worldOf } from "../fixture/world.ts";
import { seriousFaults } from "./axe.ts";
import type { BrowserPage } from "./browser-page.ts";
import { type Browser, findChromium, startBrowser } from "./chromium.ts";

const NOW = Date.now();
const CHROMIUM = findChromium();
const skip = CHROMIUM === null ? "there is no Chromium on this machine" : false;

/** Each page, and a text that it has when it is there. */
const PAGES = [
  ["#/", "checkout-db"],
  ["#/task/edge-tls?range=6h", "12 days left"],
  ["#/group/checkout", "3 of 5 tasks fine"],
  ["#/regions", "Whose path is it?"],
  ["#/events", "media-worker"],
] as const;

describe("the page in a browser", { skip }, () => {
  let browser: Browser;
  let server: FixtureServer;
  let page: BrowserPage;

  before(async () => {
    [browser, server] = await Promise.all([
      startBrowser(CHROMIUM ?? ""),
      startFixture(troubledWorld(NOW)),
    ]);
    page = await browser.open("about:blank");
  });

  after(async () => {
    await browser.close();
    await server.close();
  });

  afterEach(() => {
    assert.deepEqual(page.complaints.splice(0), []);
    assert.deepEqual(page.alerts, []);
  });

  const show = async (hash: string, text: string) => {
    await page.go("about:blank");
    await page.go(`${server.url}/${hash}`);
    await page.untilText(text);
  };

  for (const theme of ["light", "dark"] as const) {
    for (const [hash, text] of PAGES) {
      test(`${hash} has no serious fault of accessibility in ${theme}`, async () => {
        await page.setTheme(theme);
        await show(hash, text);
        assert.deepEqual(await seriousFaults(page), []);
      });
    }
  }

  test("keys move, open, go back, search and help", async () => {
    await show("#/", "checkout-db");
    await page.press("j");
    await page.press("j");
    await page.until("document.activeElement.innerText.includes('checkout-api')");
    await page.press("m");
    await page.untilText("Hold alerts: checkout-api");
    assert.deepEqual(await seriousFaults(page), []);
    await page.press("Escape");
    await page.until("!document.querySelector('dialog')");
    await page.until("document.activeElement.innerText.includes('checkout-api')");
    await page.press("Enter");
    await page.until("document.querySelector('.task')");
    assert.equal(await page.evaluate("location.hash"), "#/task/checkout-api");
    await page.press("Escape");
    await page.until("location.hash === '#/' && document.querySelector('#search')");
    await page.press("/");
    await page.until("document.activeElement.id === 'search'");
    for (const key of "ledger") await page.press(key);
    await page.until(
      "location.hash === '#/?q=ledger' && !document.body.innerText.includes('mail-')",
    );
    await page.press("Escape");
    await page.press("?");
    await page.until("document.querySelector('dialog[open]')");
    await page.press("Escape");
    await page.until("!document.querySelector('dialog')");
  });

  test("alerts of a group and of the whole fleet are held from the overview", async () => {
    await show("#/", "checkout-db");
    const order = async (kind: number) => {
      await page.until("document.querySelector('dialog[open]')");
      await page.click(`dialog .choice button:nth-of-type(${kind})`);
      for (const name of ["reason", "by"]) {
        const field = `document.querySelector("dialog input[name=${name}]")`;
        await page.evaluate(`${field}.value = "x"`);
        await page.evaluate(`${field}.dispatchEvent(new Event("input", { bubbles: true }))`);
      }
      await page.click("dialog button[type=submit]");
      await page.until("!document.querySelector('dialog')");
    };
    await page.click("button[aria-label='Hold alerts of group checkout']");
    await order(3);
    await page.click(".filters > .button");
    await order(2);
    const rest = { reason: "x", by: "x" };
    assert.deepEqual(server.orders.splice(0), [
      {
        path: "/api/ack",
        body: { scope: { kind: "target", id: "checkout" }, durationMs: null, ...rest },
      },
      { path: "/api/silence", body: { scope: { kind: "fleet" }, durationMs: 3_600_000, ...rest } },
    ]);
  });

  test("hostile texts are text", async () => {
    server.world.current = hostileWorld(NOW);
    await show("#/", "<script>alert(1)</script>");
    const shown = await page.evaluate<string>("document.querySelector('main').textContent");
    for (const name of HOSTILE_NAMES) assert.ok(shown.includes(name), name);
    assert.equal(
      await page.evaluate("document.querySelectorAll('main img, main script').length"),
      0,
    );
  });

  test("2,000 tasks scroll, and only those in sight are in the document", async () => {
    server.world.current = largeWorld(2_000, NOW);
    await show("#/", "All 2,000 tasks are fine");
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await page.untilText("service-1999");
    const rows = await page.evaluate<number>("document.querySelectorAll('[role=row]').length");
    assert.ok(rows < 60, `${rows} rows`);
    await page.press("Home");
    await page.until("document.activeElement.getAttribute('aria-rowindex') === '2'");

    await page.evaluate("location.hash = '#/regions'");
    await page.untilText("All tasks, on average");
    await page.evaluate("document.querySelector('.scroll').scrollTop = 1e6");
    await page.until("document.querySelector('.matrix [aria-rowindex=\"2002\"]')");
    const cells = await page.evaluate<number>("document.querySelectorAll('.matrix tr').length");
    assert.ok(cells < 60, `${cells} rows`);
  });

  test("a change arrives without reload, in the title too, and is announced", async () => {
    const world = troubledWorld(NOW);
    const well = world.overview.tasks.filter(({ status }) => status === "OK");
    server.world.current = worldOf(well, NOW);
    await show("#/", "tasks are fine");
    const tasks = well.map((task) =>
      task.name === "ledger-api"
        ? { ...task, status: "CRITICAL" as const, sinceMs: NOW, downRegions: task.regions }
        : task,
    );
    await page.untilText("Live");
    server.world.current = worldOf(tasks, NOW + 1_000);
    server.push("overview", server.world.current.overview);
    await page.untilText("1 of 35 tasks is down");
    await page.until("document.title.startsWith('✕ 1 of 35')");
    await page.until("document.querySelector('[role=status]').textContent === 'ledger-api: down'");
  });

  test("a phone scrolls in one direction only", async () => {
    server.world.current = troubledWorld(NOW);
    await page.resize({ width: 390, height: 844 });
    for (const [hash, text] of PAGES) {
      await show(hash, text);
      const widths = "[document.documentElement.scrollWidth, innerWidth]";
      const [content = 0, window = 0] = await page.evaluate<number[]>(widths);
      assert.ok(content <= window, `${hash}: ${content} px of ${window}`);
    }
  });
});
