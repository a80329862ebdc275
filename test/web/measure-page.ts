// Prints how fast the page is in headless Chromium: `node test/web/measure-page.ts`.
import { findChromium, startBrowser } from "./browser/chromium.ts";
import { startFixture } from "./fixture/fixture-server.ts";
import { REGIONS } from "./fixture/task-rows.ts";
import { largeWorld } from "./fixture/world.ts";

const RUNS = 7;
const FIVE_REGIONS = [...REGIONS, "sa-east-1", "af-south-1"];

const chromium = findChromium();
if (chromium === null) throw new Error("there is no Chromium on this machine");
const world = largeWorld(500, Date.now());
const tasks = world.overview.tasks.map((task) => ({ ...task, regions: FIVE_REGIONS }));
const overview = { ...world.overview, regions: FIVE_REGIONS, tasks };
const server = await startFixture({ ...world, overview });
const browser = await startBrowser(chromium);
const page = await browser.open("about:blank");

const paint = `performance.getEntriesByName("first-contentful-paint")[0]?.startTime`;
const rows = `(() => {
  if (document.querySelector(".line-task") === null) return undefined;
  window.rowsAtMs ??= performance.now();
  return window.rowsAtMs;
})()`;
const plot = `performance.getEntriesByName("plot Connect time by region")[0]?.duration`;

const trivial = await measure("first paint of a trivial page", "trivial", paint);
const first = await measure("first paint with 500 tasks", "#/", paint);
process.stdout.write(`ours minus trivial: ${(first - trivial).toFixed(0)} ms\n`);
await measure("rows of 500 tasks", "#/", rows);
await measure("plot of 24 hours, five regions", "#/task/service-0001?range=24h", plot);
await measure("plot of 90 days, five regions", "#/task/service-0001?range=90d", plot);
await browser.close();
await server.close();

/** Loads an address some times, and prints the median and the spread of what it tells. */
async function measure(what: string, hash: string, expression: string): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.go("about:blank");
    await page.go(`${server.url}/${hash}`);
    await page.until(`${expression} !== undefined`);
    taken.push(await page.evaluate<number>(expression));
  }
  taken.sort((a, b) => a - b);
  const [least = 0, median = 0, most = 0] = [0, RUNS >> 1, RUNS - 1].map((i) => taken[i]);
  const figures = [median, least, most].map((ms) => ms.toFixed(0));
  process.stdout.write(
    `${what}: ${figures[0]} ms (${figures[1]} to ${figures[2]}, ${RUNS} runs)\n`,
  );
  return median;
}
