import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Random, randomOf } from "../../../../bench/random.ts";
import { INITIAL_TRENDS } from "../../../../shared/health/trends/trends.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { NOON } from "../windows.ts";
import { type Change, type Run, simulate } from "./simulate.ts";

const DAY = 1_440;
const SETUPS = [
  [1, 15],
  [1, 60],
  [3, 60],
  [3, 300],
] as const;

function openingsOf({ changes }: Run): Change[] {
  return changes.filter(({ severity }, i) => severity !== null && !changes[i - 1]?.severity);
}

function lossy(random: Random, share: number, setup: readonly [number, number], days: number): Run {
  const [regions, scheduleSeconds] = setup;
  const network = () => (random() < share ? null : 10);
  return simulate({ regions, scheduleSeconds, minutes: days * DAY, network });
}

describe("judgeTrends in simulated time", () => {
  for (const setup of SETUPS) {
    const said = `${setup[0]} × ${setup[1]} s`;
    it(`says nothing at a loss of 0.1 and 1 % (${said}, a week each), and writes little`, () => {
      const rare = lossy(randomOf(41 + setup[1]), 0.001, setup, 7);
      assert.deepEqual(rare.changes, []);
      assert.ok(rare.writeCount < 0.03 * 7 * DAY, `${rare.writeCount} writes`);
      assert.deepEqual(lossy(randomOf(43 + setup[1]), 0.01, setup, 7).changes, []);
    });

    it(`opens at most once a day at a steady loss of 5 % (${said}, ten days), never critical`, () => {
      const run = lossy(randomOf(47 + setup[1]), 0.05, setup, 10);
      assert.ok(openingsOf(run).length <= 10, JSON.stringify(run.changes));
      assert.ok(run.changes.every(({ severity }) => severity !== "critical"));
    });
  }

  const FOUND = [
    [2, 20],
    [4, 50],
    [8, 120],
  ] as const;
  for (const [backends, withinMinutes] of FOUND) {
    it(`finds one of ${backends} dead backends within ${withinMinutes} min, as one alert a day`, () => {
      const random = randomOf(53 + backends);
      const network = ({ minute }: { minute: number }) =>
        minute >= 60 && minute < 60 + DAY && random() < 1 / backends ? null : 10;
      const run = simulate({ regions: 3, scheduleSeconds: 60, minutes: 2 * DAY, network });
      const [opened, ...others] = openingsOf(run);
      const minute = opened?.minute ?? Number.POSITIVE_INFINITY;
      assert.ok(minute > 60 && minute < 60 + withinMinutes, `opened in minute ${minute}`);
      assert.deepEqual(others, []);
      assert.equal(run.changes.at(-1)?.severity, null);
      assert.equal(run.memory, INITIAL_TRENDS);
    });
  }

  it("says nothing of a day curve of 85 to 109 ms, when the usual times are known", () => {
    const random = randomOf(59);
    const network = ({ minute }: { minute: number }) =>
      97 + 12 * Math.sin((2 * Math.PI * minute) / DAY) + 6 * (random() - 0.5);
    const usual = (minute: number) => ({ readAtMs: minute, regions: { r0: 97 } });
    const world = { regions: 1, scheduleSeconds: 60, minutes: 3 * DAY, network };
    const run = simulate({ ...world, usual: (minute) => usual(NOON + minute * MINUTE_MS) });
    assert.deepEqual(run.changes, []);
  });
});
