import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readPlan } from "../../../../functions/probe/lease/read-plan.ts";
import type { CurrentPlan } from "../../../../functions/probe/lease/services.ts";
import { BundleError, draftPlan, type Fleet } from "../../../../shared/plan/plan.ts";
import type { Task } from "../../../../shared/task/task.ts";
import { DAY_MS } from "../../../../shared/units.ts";
import { aTask } from "../../../fakes/results.ts";
import { FakePlanStore } from "../../../fakes/stores.ts";
import { NOON } from "../rig.ts";

const FLEET: Fleet = {
  name: "f",
  home: "a",
  regions: [{ name: "a", shards: 1, vpc: false, ipv6: false }],
};

const PLAIN = [aTask("a"), aTask("z")];
const TASKS: readonly Task[] = [...PLAIN, { ...aTask("certificate"), needs: ["tls"] }];

/** A region in which these tasks are planned. */
async function planned(tasks: readonly Task[]) {
  const plans = new FakePlanStore(() => NOON);
  const [draft] = draftPlan(FLEET, tasks, NOON);
  const [shard] = draft?.manifest.shards ?? [];
  assert.ok(draft && shard);
  for (const [hash, bundle] of draft.bundles) await plans.writeBundle(hash, bundle, NOON + DAY_MS);
  await plans.writeManifest(draft.manifest);
  return { plans, shard };
}

function namesOf(plan: CurrentPlan | null): string[] | undefined {
  return plan?.tasks.map(({ name }) => name);
}

describe("readPlan", () => {
  it("takes the full bundle and names it, so that places in it are its tasks'", async () => {
    const { plans, shard } = await planned(TASKS);
    const { plan, problem } = await readPlan(plans, 0, null);
    assert.deepEqual(namesOf(plan), ["a", "certificate", "z"]);
    assert.equal(plan?.bundle, shard.fullBundle);
    assert.equal(problem, null);
  });

  it("takes the one bundle that a manifest of yesterday names", async () => {
    const { plans, shard } = await planned(PLAIN);
    const { plan } = await readPlan(plans, 0, null);
    assert.deepEqual(namesOf(plan), ["a", "z"]);
    assert.equal(plan?.bundle, shard.bundle);
  });

  it("goes on with the plan at hand, and says so, if the manifest has a shard that can't be read", async () => {
    const { plans } = await planned(PLAIN);
    const { plan: atHand } = await readPlan(plans, 0, null);
    const manifest = await plans.readManifest();
    assert.ok(manifest);
    plans.readManifest = async () => ({ ...manifest, shards: [], faults: ["odd"] });
    assert.deepEqual(await readPlan(plans, 0, atHand), { plan: atHand, problem: "odd" });
    plans.readManifest = async () => ({ ...manifest, shards: [] });
    assert.equal((await readPlan(plans, 0, atHand)).plan, null);
  });

  it("runs a bundle whose odd task is set aside, and says so", async () => {
    const { plans } = await planned(PLAIN);
    const read = plans.readBundle.bind(plans);
    plans.readBundle = async (hash) => {
      const bundle = await read(hash);
      return bundle && { ...bundle, faults: ["Bundle's task 0 is odd"] };
    };
    const { plan, problem } = await readPlan(plans, 0, null);
    assert.deepEqual(
      namesOf(plan),
      PLAIN.map(({ name }) => name),
    );
    assert.equal(problem, "Bundle's task 0 is odd");
  });

  it("does not read the full bundle again while it is the same", async () => {
    const { plans } = await planned(TASKS);
    const { plan: atHand } = await readPlan(plans, 0, null);
    plans.readBundle = () => assert.fail("read again");
    const { plan } = await readPlan(plans, 0, atHand);
    assert.equal(plan?.tasks, atHand?.tasks);
  });

  it("goes on with the plan at hand, and says so, if it can't decode the only bundle", async () => {
    const { plans } = await planned(PLAIN);
    const { plan: atHand } = await readPlan((await planned([aTask("old")])).plans, 0, null);
    plans.readBundle = () => Promise.reject(new BundleError("Bundle version 2"));
    const { plan, problem } = await readPlan(plans, 0, atHand);
    assert.equal(plan, atHand);
    assert.equal(problem, "The plan can't be read: Bundle version 2");
  });

  it("runs the tasks without needs, and says so, if it can't decode the full bundle", async () => {
    const { plans, shard } = await planned(TASKS);
    const read = plans.readBundle.bind(plans);
    plans.readBundle = async (hash) => {
      if (hash === shard.fullBundle) throw new BundleError("Bundle version 2");
      return read(hash);
    };
    const { plan, problem } = await readPlan(plans, 0, null);
    assert.deepEqual(namesOf(plan), ["a", "z"]);
    assert.equal(plan?.bundle, shard.bundle);
    assert.equal(problem, "Tasks with needs can't be read: Bundle version 2");
  });

  for (const [what, answer, expected] of [
    ["is not stored", async () => null, "The plan's bundle is not stored"],
    [
      "can't be asked for",
      () => Promise.reject(new Error("throttled")),
      "The plan can't be read: throttled",
    ],
  ] as const)
    it(`goes on with the plan at hand if the full bundle ${what}`, async () => {
      const { plans, shard } = await planned(TASKS);
      const { plan: atHand } = await readPlan((await planned([aTask("old")])).plans, 0, null);
      const read = plans.readBundle.bind(plans);
      plans.readBundle = (hash) => (hash === shard.fullBundle ? answer() : read(hash));
      const { plan, problem } = await readPlan(plans, 0, atHand);
      assert.equal(plan, atHand);
      assert.equal(problem, expected);
    });
});
