import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openHome } from "../../../cli/fleet/open-stores.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { INITIAL_FLEET } from "../../../shared/fleet-health/fleet-health.ts";
import { MINUTE_MS, startOfMinute, toIso } from "../../../shared/units.ts";
import { TEST_FLEET } from "../../embedded.ts";
import { fakeIo } from "../fake-io.ts";
import { startTestFleet, type TestFleet } from "../local-fleet.ts";

describe("synfleet health", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
  });
  after(() => fleet.close());

  async function ask(...words: readonly string[]) {
    const { code, out } = await fleet.run("health", ...words);
    return { code, said: out.join("\n") };
  }

  it("says no while no minute has been summarised", async () => {
    assert.deepEqual(await ask(), {
      code: 1,
      said: "The fleet runs, and has summarised no minute yet.",
    });
  });

  it("goes by the age of the last summarised minute", async () => {
    const { progress } = openHome(fleet.open);
    const watermarkMs = startOfMinute(Date.now()) - 3 * MINUTE_MS;
    await progress.writeProgress({ watermarkMs, openWindows: [] });
    const fresh = await ask();
    assert.equal(fresh.code, 0);
    assert.match(
      fresh.said,
      /^The fleet runs; its last summarised minute ended (1[89]\d|2[0-4]\d) s ago\.$/,
    );
    const old = await ask("--within", "90s", "--json");
    assert.equal(old.code, 1);
    assert.deepEqual(JSON.parse(old.said), {
      healthy: false,
      running: true,
      watermark: toIso(watermarkMs),
      troubles: [],
    });
  });

  it("names the troubles that the fleet is in, which are no answer of its own", async () => {
    const { progress, fleetRecord } = openHome(fleet.open);
    const watermarkMs = startOfMinute(Date.now()) - MINUTE_MS;
    await progress.writeProgress({ watermarkMs, openWindows: [] });
    const troubles = { "plan_stale us-east-1": { number: 1, sinceMs: watermarkMs, recent: 7 } };
    const state = { ...INITIAL_FLEET, troubles };
    await fleetRecord.putFleet({ version: 1, state, pending: [], unrecorded: [] });
    const { code, said } = await ask();
    assert.equal(code, 0);
    const sentence = "us-east-1 probes by a plan that home has not renewed for ten minutes";
    assert.equal(said.split("\n")[1], `TROUBLE since ${toIso(watermarkMs)}: ${sentence}.`);
    const { troubles: listed } = JSON.parse((await ask("--json")).said);
    assert.deepEqual(listed, [
      { trouble: "plan_stale", region: "us-east-1", since: toIso(watermarkMs) },
    ]);
    await fleetRecord.putFleet({ version: 2, state: INITIAL_FLEET, pending: [], unrecorded: [] });
  });

  it("takes a minute that is ahead of the clock for no sign of life", async () => {
    const { progress } = openHome(fleet.open);
    const watermarkMs = startOfMinute(Date.now()) + 10 * MINUTE_MS;
    await progress.writeProgress({ watermarkMs, openWindows: [] });
    assert.deepEqual(await ask(), {
      code: 1,
      said: "The fleet runs; its last summarised minute is ahead of the clock.",
    });
  });

  it("names a retired region, as regions does, which counts it nowhere", async () => {
    const [home] = TEST_FLEET.regions;
    const database = fleet.endpoint;
    const retiring = {
      ...TEST_FLEET,
      regions: home === undefined ? [] : [home],
      retired: ["us-east-1"],
    };
    rememberRuntime(fleet.dir, { role: "fleet", database, events: null, fleet: retiring });
    const said = [await ask(), await fleet.run("regions")] as const;
    rememberRuntime(fleet.dir, { role: "fleet", database, events: null, fleet: TEST_FLEET });
    assert.match(said[0].said, / Retired: us-east-1\.$/);
    assert.deepEqual(said[1].out.slice(-2), ["1 region, 0 of them sick.", "Retired: us-east-1."]);
    assert.doesNotMatch((await ask()).said, /Retired/);
  });

  it("opens no data of its own where no fleet runs", async () => {
    const dir = mkdtempSync(join(tmpdir(), "synfleet-health-"));
    try {
      const io = fakeIo();
      assert.equal(await runCli(["health", "--data", dir], io), 1);
      assert.deepEqual(io.heard.out, ["No fleet runs on this data."]);
      assert.deepEqual(readdirSync(dir), []);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
