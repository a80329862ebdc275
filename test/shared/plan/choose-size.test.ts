import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chooseSize, holds, overfullSentence } from "../../../shared/plan/choose-size.ts";
import { type Demand, demandOf, timesDemand } from "../../../shared/plan/demand.ts";

function demand(taskCount: number, scheduleSeconds: number): Demand {
  return timesDemand(demandOf([{ scheduleMs: scheduleSeconds * 1_000 }]), taskCount);
}

const TLS = demandOf(Array.from({ length: 100 }, () => ({ scheduleMs: 60_000, tls: {} as never })));

// Planned are 2.622 starts a second for each MB of memory for tasks under a minute, 335 at 128 MB, and
// 2.331 for ten seconds of each term for the others; a shard's sockets are enough for 480.
const SIZES: readonly (readonly [what: string, Demand, size: string, fixed?: object])[] = [
  ["no task", demandOf([]), "1 × 128"],
  ["the usual fleet", demand(100, 60), "1 × 128"],
  ["as many a minute as 128 MB starts", demand(2_980, 60), "1 × 128"],
  ["more: one probe of more memory costs the same as two", demand(2_990, 60), "1 × 136"],
  ["too many for the sockets of one", demand(4_850, 60), "2 × 128"],
  ["too many tasks for one", demand(5_010, 3_600), "2 × 128"],
  ["a thousand every half minute", demand(1_000, 30), "1 × 128"],
  ["335 starts a second", demand(335, 1), "1 × 128"],
  ["336 starts a second", demand(336, 1), "1 × 136"],
  ["as many as a step of memory starts", demand(356, 1), "1 × 136"],
  ["a start more", demand(357, 1), "1 × 144"],
  ["480 starts a second", demand(480, 1), "1 × 184"],
  ["481 starts a second", demand(481, 1), "2 × 128"],
  ["more than three shards of the least memory need", demand(700, 1), "2 × 136"],
  ["ten thousand every 15 s", demand(10_000, 15), "2 × 128"],
  ["TLS as nine starts each", timesDemand(TLS, 2), "1 × 128"],
  ["more TLS", timesDemand(TLS, 5), "1 × 200"],
  ["the memory that two shards need", demand(10_000, 12), "2 × 160", { shards: 2 }],
  ["a whole CPU, if one shard has to do", timesDemand(TLS, 10), "1 × 1769", { shards: 1 }],
  ["the shards that a memory needs", demand(10_000, 15), "2 × 512", { memoryMb: 512 }],
  ["the most memory, where nothing holds", demand(10_000, 1), "1 × 1769", { shards: 1 }],
  [
    "what is fixed, although it does not hold",
    demand(500, 1),
    "1 × 128",
    { shards: 1, memoryMb: 128 },
  ],
];

for (const [what, asked, size, fixed] of SIZES)
  test(`chooseSize takes for ${what} ${size}`, () => {
    const { shards, memoryMb } = chooseSize(asked, fixed);
    assert.equal(`${shards} × ${memoryMb}`, size);
  });

test("chooseSize holds what is asked for, and no shard less would", () => {
  const seconds = fc.constantFrom(1, 5, 15, 59, 60, 300, 86_400);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), seconds, (count, schedule) => {
      const asked = demand(count, schedule);
      const { shards, memoryMb } = chooseSize(asked);
      assert.ok(holds(asked, { shards, memoryMb }));
      if (shards > 1) assert.ok(!holds(asked, { shards: shards - 1, memoryMb }));
    }),
  );
});

test("overfullSentence lets a shard have a tenth more than planned, since shards are not equal", () => {
  assert.equal(overfullSentence(demand(5_500, 3_600), 128), null);
  assert.equal(
    overfullSentence(demand(5_501, 3_600), 128),
    "5501 tasks with 10 starts a second, made for 5000 tasks, 480 connects and 298 starts a second; raise expectedTasks, or shards",
  );
  assert.equal(overfullSentence(demand(369, 1), 128), null);
  assert.match(overfullSentence(demand(370, 1), 128) ?? "", /^370 tasks with 370 starts a second/);
});
