import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { after, beforeEach, describe, it } from "node:test";
import { runLease } from "../../../functions/probe/lease/lease.ts";
import { LateClockWatch } from "../../../functions/probe/sync/sync.ts";
import { aTask } from "../../fakes/results.ts";
import { aRig, networkOf, openAfter, storedResults, storePlan } from "./rig.ts";

/** What the probe has tried to load later; here each attempt fails. */
const tried: string[] = [];

const hooks = registerHooks({
  resolve: (specifier, context, next) => {
    if (!specifier.startsWith("#")) return next(specifier, context);
    tried.push(specifier);
    throw new Error(`${specifier} is not there`);
  },
});

const PLAIN = aTask("plain", { scheduleMs: 15_000 });
const RETRIED = aTask("retried", {
  scheduleMs: 15_000,
  needs: ["retry"],
  retry: { maxAttempts: 3, initialBackoffMs: 100, multiplier: 2, maxBackoffMs: 1_000, jitter: 0 },
});
const HELD = aTask("to-hold", {
  scheduleMs: 60_000,
  needs: ["hold"],
  hold: { holdMs: 30_000 },
});

describe("a shard that can't load code later", () => {
  beforeEach(() => void tried.splice(0));
  after(() => hooks.deregister());

  it("does not try to with plain tasks alone", async () => {
    const rig = aRig();
    await storePlan(rig, [PLAIN]);
    await rig.clock.run(runLease(0, rig.startProcess()));
    const results = await storedResults(rig);
    assert.deepEqual(new Set(results.map(({ outcome }) => outcome)), new Set(["open"]));
    assert.deepEqual(tried, []);
  });

  for (const deep of [RETRIED, HELD])
    it(`makes its plain checks; those of ${deep.name} are internal, and the log says why`, async () => {
      const rig = aRig();
      await storePlan(rig, [PLAIN, deep]);
      await rig.clock.run(runLease(0, rig.startProcess()));
      const results = await storedResults(rig);
      const outcomesOf = (index: number) =>
        results.filter(({ taskIndex }) => taskIndex === index).map(({ outcome }) => outcome);
      assert.deepEqual(outcomesOf(0), ["open", "open", "open", "open"]);
      assert.deepEqual(new Set(outcomesOf(1)), new Set(["internal"]));
      assert.match(String(rig.lines[0]?.proberFault), /#phases is not there/);
      assert.equal(rig.lines[0]?.metrics.Missed, 0);
    });

  it("asks no time server, and knows nothing of its clock", async () => {
    const { clock } = aRig();
    const { resolve } = networkOf(openAfter(clock, 20));
    const watch = new LateClockWatch({ server: { hostname: "time", port: 123 }, clock });
    assert.deepEqual(tried, []);
    await watch.follow(resolve, new AbortController().signal);
    assert.deepEqual(tried, ["#sync"]);
    assert.deepEqual([watch.kiss, watch.reading()], [null, null]);
  });
});
