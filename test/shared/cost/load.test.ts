import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { burstsPay } from "../../../shared/cost/bursts.ts";
import { chunkReads, chunkWrites, loadOf, type ShardLoad } from "../../../shared/cost/load.ts";
import { aTask } from "../../fakes/results.ts";

const QUEUE = { name: "eu-west-1", shards: 1, memoryMb: 128, bursts: true } as const;
const REGION = { name: "eu-west-1", shards: 1, memoryMb: 256 };

function loadWith(scheduleMs: number, taskCount: number, shards = 1): ShardLoad {
  const tasks = Array.from({ length: taskCount }, (_, i) =>
    aTask(`t${i}`, { scheduleMs, target: { hostname: `h${i}.example`, port: 443 } }),
  );
  return loadOf({ ...REGION, shards }, tasks);
}

/** A shard of which only this is known. */
function aShard(samples: number, hasSubMinute: boolean): ShardLoad {
  return { ...loadWith(60_000, 0), samples, hasSubMinute };
}

interface LoadCase {
  readonly what: string;
  readonly load: ShardLoad;
  readonly samples: number;
  readonly hasSubMinute: boolean;
  readonly chunkCount: number;
  readonly chunkBytes: number;
}

// A sample takes 7.1 bytes, one in a term of each task 1.9 more, and a chunk 187. A shard with a task under a minute flushes five
// times in a term: after 7.5, 15, 15, 15 and 7.5 s. The others end within the second over which the
// planner spreads them, and flush in the end; a mark comes before it in one of 15 terms. A flush with less than one sample on average writes a part of a chunk on average.
const LOADS: readonly LoadCase[] = [
  {
    what: "no task",
    load: loadWith(60_000, 0),
    samples: 0,
    hasSubMinute: false,
    chunkCount: 0,
    chunkBytes: 0,
  },
  {
    what: "one task every 60 s",
    load: loadWith(60_000, 1),
    samples: 1,
    hasSubMinute: false,
    chunkCount: 1,
    chunkBytes: 196, // 1 × 9 + 1 × 187
  },
  {
    what: "one task every 59 s",
    load: loadWith(59_000, 1),
    samples: 1.016949, // 60 / 59
    hasSubMinute: true,
    chunkCount: 1.016949, // every flush has less than one sample
    chunkBytes: 199.289831, // 60 / 59 × (7.1 + 187) + 1.9
  },
  {
    what: "two tasks every 60 s",
    load: loadWith(60_000, 2),
    samples: 2,
    hasSubMinute: false,
    chunkCount: 1.066667, // 14/15, and 2/15 of one sample each
    chunkBytes: 217.466667, // 2 × 9 + 16/15 × 187
  },
  {
    what: "nine tasks every 60 s",
    load: loadWith(60_000, 9),
    samples: 9,
    hasSubMinute: false,
    chunkCount: 1.066667,
    chunkBytes: 280.466667, // 9 × 9 + 16/15 × 187
  },
  {
    what: "one task every 10 s",
    load: loadWith(10_000, 1),
    samples: 6,
    hasSubMinute: true,
    chunkCount: 4.5, // 3/4 + 1 + 1 + 1 + 3/4
    chunkBytes: 886, // 6 × 7.1 + 1.9 + 4.5 × 187
  },
  {
    what: "half of four tasks every 15 s",
    load: loadWith(15_000, 4, 2),
    samples: 8,
    hasSubMinute: true,
    chunkCount: 5, // 1, 2, 2, 2, 1 samples
    chunkBytes: 995.6, // 8 × 7.1 + 2 × 1.9 + 5 × 187
  },
];

describe("loadOf", () => {
  for (const { what, load, ...expected } of LOADS) {
    it(`counts samples and chunks of a shard with ${what}`, () => {
      assert.equal(load.hasSubMinute, expected.hasSubMinute);
      assert.equal(rounded(load.samples), expected.samples);
      assert.equal(rounded(load.chunkCount), expected.chunkCount);
      assert.equal(rounded(load.chunkBytes), expected.chunkBytes);
    });
  }

  it("runs for the spread that the planner gives to its tasks", () => {
    const runSecondsOf = (taskCount: number, shards = 1) =>
      rounded(loadWith(60_000, taskCount, shards).runSeconds - 0.4);
    // 256 MB start 746 checks a second, of which the planner uses 80 %.
    assert.equal(loadWith(60_000, 1_000).spreadMs, 1_700);
    assert.deepEqual(
      [1_000, 9_999].map((count) => runSecondsOf(count)),
      [1.698302, 9.999],
    );
    assert.equal(runSecondsOf(4_000, 2), rounded((3.4 * 2_000) / 2_001));
    assert.equal(runSecondsOf(99), 0.99);
  });

  describe("with a queue between bursts", () => {
    const burstLoad = (
      periodsMs: readonly number[],
      taskCount: number,
      different: Partial<typeof QUEUE> = {},
    ) => {
      const tasks = Array.from({ length: taskCount }, (_, i) =>
        aTask(`t${i}`, {
          scheduleMs: periodsMs[i % periodsMs.length] ?? 0,
          target: { hostname: `h${i}.example`, port: 443 },
        }),
      );
      return loadOf({ ...QUEUE, ...different }, tasks);
    };

    // A burst is awake for itself, 2.5 s before and 0.4 s after it; a term's own invocation for 0.2 s, or
    // for the tasks of a minute and what is beside them.
    for (const [what, periodsMs, taskCount, messageCount, runSeconds] of [
      ["nine tasks every 30 s", [30_000], 9, 2, 2 * 3.9 + 0.2],
      ["1,000 tasks every 30 s", [30_000], 1_000, 2, 2 * 6.3 + 0.2],
      ["1,000 tasks every 15 s", [15_000], 1_000, 4, 4 * 6.3 + 0.2],
      ["tasks of a minute beside them", [30_000, 60_000], 1_000, 2, 2 * 6.3 + 6.3],
      ["two periods that meet", [20_000, 30_000], 8, 4, 4 * 3.9 + 0.2],
      ["two that are too close at times", [26_000, 30_000], 8, 3.55, 3.55 * 2.9 + 4.4],
    ] as const)
      it(`counts messages and seconds of ${what}`, () => {
        const { bursts, runSeconds: own } = burstLoad(periodsMs, taskCount);
        assert.equal(own, bursts?.runSeconds);
        assert.ok(
          Math.abs((bursts?.messageCount ?? 0) - messageCount) < 0.2,
          JSON.stringify(bursts),
        );
        assert.ok(Math.abs(own - runSeconds) < 1, `${own} s`);
      });

    it("waits without a queue, without pauses, and where a connection is held", () => {
      assert.equal(loadOf({ ...REGION }, []).bursts, null);
      assert.equal(burstLoad([60_000], 9).bursts, null);
      assert.equal(burstLoad([5_000], 9).bursts, null);
      const held = aTask("t", { scheduleMs: 30_000, hold: { holdMs: 1_000 } as never });
      assert.equal(loadOf(QUEUE, [held]).bursts, null);
    });

    it("stores a burst's results when it ends, with a mark in some", () => {
      const { chunkCount, chunkBytes } = burstLoad([30_000], 1_000);
      // A mark every 15 s, and 6.4 s a burst.
      assert.equal(rounded(chunkCount), 2.853333);
      // Each burst looks its names up: 2,000 × 9 + 2.85 × 187.
      assert.equal(rounded(chunkBytes), 18_533.573333);
    });

    it("pays if it saves more than its polls and messages, and is fast enough", () => {
      const tasks = (count: number, scheduleMs: number) =>
        Array.from({ length: count }, (_, i) => ({
          target: { hostname: `h${i}`, port: 1 },
          scheduleMs,
        }));
      for (const [count, seconds, memoryMb, shards, expected] of [
        [100, 60, 128, 1, false],
        [1_000, 30, 128, 1, true],
        [1_000, 30, 128, 6, false],
        [3_334, 15, 128, 3, false],
        [5_000, 20, 128, 1, false],
        [9, 6, 128, 1, false],
        [9, 6, 1_769, 1, true],
      ] as const)
        assert.equal(
          burstsPay({ memoryMb, shards }, tasks(count, seconds * 1_000)),
          expected,
          `${count} × ${seconds} s, ${shards} × ${memoryMb} MB`,
        );
    });
  });

  it("gives a shard its region's name and memory", () => {
    const { region, memoryMb } = loadWith(60_000, 1);
    assert.deepEqual([region, memoryMb], ["eu-west-1", 256]);
  });
});

describe("chunkWrites", () => {
  const CASES: readonly (readonly [samples: number, hasSubMinute: boolean, units: number])[] = [
    [0, true, 0],
    [0.5, false, 0.5], // a chunk every second minute
    [8, true, 5],
    // Chunks of 117.875 × 7.1 + 187 = 1,023.9125 bytes twice, and of 235.75 × 7.1 + 187 = 1,860.825
    // bytes three times: 2 × 1 + 3 × (1,860.825 / 1,024 + 0.5).
    [943, true, 8.951636],
    // Chunks of 1,024.8 bytes twice and of 1,862.6 bytes three times:
    // 2 × (1,024.8 / 1,024 + 0.5) + 3 × (1,862.6 / 1,024 + 0.5).
    [944, true, 9.958398],
  ];
  for (const [samples, hasSubMinute, units] of CASES) {
    it(`is ${units} for ${samples} samples a minute`, () => {
      assert.equal(rounded(chunkWrites(aShard(samples, hasSubMinute))), units);
    });
  }
});

describe("chunkReads", () => {
  const CASES: readonly (readonly [chunkBytes: number, units: number])[] = [
    [0, 0.5],
    [1_365, 0.5], // three terms of 1,365 bytes are 4,095, just one block
    [1_366, 1],
    [2_731, 1.5],
  ];
  for (const [chunkBytes, units] of CASES) {
    it(`is ${units} for three terms of ${chunkBytes} bytes, half a unit a block`, () => {
      assert.equal(chunkReads({ ...aShard(0, false), chunkBytes }), units);
    });
  }
});

function rounded(value: number): number {
  return Math.round(value * 1_000_000) / 1_000_000;
}
