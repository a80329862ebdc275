// Writes the pictures of the page in docs/, from made-up worlds: `node test/web/write-page-pictures.ts`.
import { writeFileSync } from "node:fs";
import { findChromium, type PageSize, startBrowser } from "./browser/chromium.ts";
import { startFixture } from "./fixture/fixture-server.ts";
import { sickRegionWorld, troubledWorld, type World } from "./fixture/world.ts";

const WIDE: PageSize = { width: 1280, height: 800 };
const PHONE: PageSize = { width: 390, height: 844 };
const NOW = Date.now();

interface Picture {
  readonly name: string;
  readonly hash: string;
  readonly theme: "light" | "dark";
  readonly world: World;
  /** There when the page is whole. */
  readonly ready: string;
  readonly size?: PageSize;
}

const troubled = troubledWorld(NOW);
const PICTURES: readonly Picture[] = [
  { name: "overview", hash: "#/", theme: "light", world: troubled, ready: ".strip" },
  { name: "task", hash: "#/task/edge-tls", theme: "dark", world: troubled, ready: ".uplot" },
  {
    name: "regions",
    hash: "#/regions",
    theme: "light",
    world: sickRegionWorld(NOW),
    ready: ".cell",
  },
  { name: "events", hash: "#/events", theme: "dark", world: troubled, ready: ".event" },
  { name: "phone", hash: "#/", theme: "dark", world: troubled, ready: ".strip", size: PHONE },
];

const chromium = findChromium();
if (chromium === null) throw new Error("there is no Chromium on this machine");
const server = await startFixture(troubled);
const browser = await startBrowser(chromium);
const page = await browser.open("about:blank");
for (const { name, hash, theme, world, ready, size = WIDE } of PICTURES) {
  server.world.current = world;
  await page.resize(size);
  await page.setTheme(theme);
  await page.go("about:blank");
  await page.go(`${server.url}/${hash}`);
  await page.until(`document.querySelector("main ${ready}")`);
  if (name === "events") await page.click(".event summary");
  // What scrolls and fades has come to rest two frames later.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))");
  writeFileSync(`docs/page-${name}.png`, await page.screenshot());
}
await browser.close();
await server.close();
