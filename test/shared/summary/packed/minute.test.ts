import { strict as assert } from "node:assert";
import { test } from "node:test";
import fc from "fast-check";
import {
  groupCountOf,
  groupOf,
  packMinute,
  SLICES,
  sliceOf,
  unpackMinute,
} from "../../../../shared/summary/packed/packed.ts";
import { asStored, type Summary } from "../../../../shared/summary/summary.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { anySummary } from "../../health/arbitrary-checks.ts";

const FROM_MS = 1_767_614_400_000;

/** Summaries of one minute and some tasks. */
const minute = fc
  .tuple(
    fc.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 8 }),
    fc.infiniteStream(anySummary()),
  )
  .map(([names, stream]) =>
    names.map((taskName): Summary => {
      const period = { periodStartMs: FROM_MS, periodEndMs: FROM_MS + MINUTE_MS };
      return { ...(stream.next().value as Summary), ...period, taskName };
    }),
  );

const byName = (a: Summary, b: Summary) => (a.taskName < b.taskName ? -1 : 1);

test("unpackMinute gives back every task's summary, or those of some tasks", () => {
  fc.assert(
    fc.property(minute, (summaries) => {
      const stored = summaries.map(asStored).sort(byName);
      const packed = packMinute(summaries);
      assert.deepEqual(unpackMinute(packed), stored);
      assert.deepEqual(packMinute(stored.toReversed()), packed);
      const some = new Set(stored.filter((_, i) => i % 3 === 1).map(({ taskName }) => taskName));
      const wanted = stored.filter(({ taskName }) => some.has(taskName));
      assert.deepEqual(unpackMinute(packed, some), wanted);
    }),
    { numRuns: 40 },
  );
});

test("groupOf puts whole slices of tasks into each group, or parts of one", () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `task ${i}`);
  for (const [taskCount, groupCount] of [
    [0, 1],
    [200, 1],
    [201, 2],
    [1_300, 10],
    [12_000, 60],
    [12_001, 120],
  ] as const) {
    assert.equal(groupCountOf(taskCount), groupCount);
    const groups = Map.groupBy(names, (name) => groupOf(name, groupCount));
    assert.deepEqual(
      [...groups.keys()].sort((a, b) => a - b),
      [...Array(groupCount).keys()],
    );
    for (const [group, own] of groups)
      for (const slice of own.map(sliceOf))
        assert.equal(
          Math.floor((slice * groupCount) / SLICES),
          groupCount > SLICES ? group - (group % (groupCount / SLICES)) : group,
        );
  }
});
