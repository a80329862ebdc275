import { strict as assert } from "node:assert";
import { test } from "node:test";
import { openHistory, openRegion } from "../../../cli/fleet/open-stores.ts";
import { readPlanned } from "../../../functions/history/history.ts";
import { bundlesNamed, draftPlan } from "../../../shared/plan/plan.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { startEmbedded, TEST_FLEET } from "../../embedded.ts";
import { aTask } from "../../fakes/results.ts";
import { FakeEventBus } from "../../fakes/task-stores.ts";

test("readPlanned reads every task once, with needs or without", async () => {
  const embedded = await startEmbedded();
  try {
    const open = {
      fleet: TEST_FLEET,
      clientFor: () => embedded.client,
      bus: new FakeEventBus(),
    };
    const tasks = [aTask("a"), aTask("certificate", { needs: ["tls"] }), aTask("z")];
    const nowMs = Date.now();
    for (const { manifest, bundles } of draftPlan(TEST_FLEET, tasks, nowMs)) {
      const plans = openRegion(open, manifest.region).plans;
      for (const [hash, bundle] of bundles) await plans.writeBundle(hash, bundle, nowMs + DAY_MS);
      await plans.writeManifest(manifest);
      const stored = await plans.readManifest();
      assert.deepEqual(stored, manifest);
      assert.equal(bundlesNamed(manifest).size, bundles.size);
    }
    const { tasks: planned, unread } = await readPlanned(openHistory(open));
    assert.deepEqual(unread, []);
    assert.deepEqual([...planned.keys()].sort(), ["a", "certificate", "z"]);
    const regions = TEST_FLEET.regions.map(({ name }) => name);
    for (const places of planned.values()) assert.deepEqual([...places.keys()], regions);
  } finally {
    await embedded.close();
  }
});
