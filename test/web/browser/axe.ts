import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserPage } from "./browser-page.ts";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RUN = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html, any }) =>
      html.slice(0, 200) + " " + (any[0]?.message ?? "")).join(" | ")))`;

/** The serious and critical faults of a page. The debugger brings the rules, past the page's policy. */
export async function seriousFaults(page: BrowserPage): Promise<readonly string[]> {
  await page.evaluate(`if (!window.axe) { ${SOURCE} }`);
  return page.evaluate<string[]>(RUN);
}
