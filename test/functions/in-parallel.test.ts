import assert from "node:assert/strict";
import { test } from "node:test";
import { inParallel } from "../../functions/in-parallel.ts";

test("inParallel gives the results in the items' order, and runs at most so many at a time", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([5, 1, 4, 2, 3], 2, async (turns) => {
    most = Math.max(most, ++running);
    for (let i = 0; i < turns; i++) await new Promise(setImmediate);
    running--;
    return turns * 10;
  });
  assert.deepEqual([results, most], [[50, 10, 40, 20, 30], 2]);
});

test("inParallel begins nothing after a failure, and throws it when all that ran has ended", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    if (item === 1) throw new Error("the first");
    await new Promise(setImmediate);
    if (item === 2) throw new Error("a later one");
    ended.push(item);
  };
  await assert.rejects(inParallel([0, 1, 2, 3, 4], 3, work), /^Error: the first$/);
  assert.deepEqual([begun, ended], [[0, 1, 2], [0]]);
});
