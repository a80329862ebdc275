import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { SiteFile } from "../../../functions/ports/site-store.ts";
import { emptyMemory, publishSite } from "../../../functions/publish/publish.ts";
import { HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { FakeFleet } from "../../fakes/fleet-sources.ts";
import { aTask } from "../../fakes/results.ts";

const NOW_MS = Date.UTC(2026, 4, 1, 12);

test("publishSite writes what has changed, and what failed again in the next run", async () => {
  const fleet = new FakeFleet(["eu-west-1"], NOW_MS);
  await fleet.plan([aTask("Database")]);
  await fleet.progress.writeProgress({ watermarkMs: NOW_MS, openWindows: [] });
  let nowMs = NOW_MS;
  let broken: string | null = "status.json";
  let put: SiteFile[] = [];
  const lines: object[] = [];
  const services = {
    sources: fleet.sources,
    options: { title: "Status", days: 7, showHosts: false, tag: null },
    site: {
      putFile: async (file: SiteFile) => {
        put.push(file);
        return file.path === broken ? { failed: "AccessDenied" } : ("stored" as const);
      },
    },
    memory: emptyMemory(),
    now: () => nowMs,
    log: (line: object) => lines.push(line),
  };
  const run = async () => {
    put = [];
    await publishSite(services);
    return put.map(({ path }) => path).sort();
  };
  await assert.rejects(run, /not stored: status\.json: AccessDenied/);
  assert.deepEqual(put.length, 5);
  broken = null;
  assert.deepEqual(await run(), ["status.json"]);
  assert.deepEqual(await run(), []);
  nowMs += MINUTE_MS;
  await fleet.progress.writeProgress({ watermarkMs: nowMs, openWindows: [] });
  assert.deepEqual(await run(), ["index.html", "status.json"]);
  // What is over is read again, and says the same.
  nowMs += 2 * HOUR_MS;
  assert.deepEqual(await run(), []);
  assert.deepEqual(lines.at(-1), { metrics: {}, files: 5, changed: 0, failed: [] });
});
