import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ClosingSweep } from "../../../../functions/probe/socket/closing-sweep.ts";

describe("ClosingSweep", () => {
  it("ends each wait when its time is over, and none that has closed", async () => {
    const sweep = new ClosingSweep(() => performance.now());
    const told: string[] = [];
    const startedAtMs = performance.now();
    const closing = (name: string, waitMs: number) => {
      const one = {
        waitedEnough() {
          assert.ok(performance.now() - startedAtMs >= waitMs);
          told.push(name);
          sweep.delete(one);
          if (name === "first") closing("added", 100);
        },
      };
      sweep.add(one, waitMs);
      return one;
    };
    closing("second", 60);
    closing("first", 20);
    sweep.delete(closing("closed", 30));
    while (told.length < 3) await sleep(5);
    assert.deepEqual(told.slice(0, 2), ["first", "second"]);
    assert.equal(told[2], "added");
  });
});
