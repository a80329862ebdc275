import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { AlertOverrides } from "../../../../shared/health/rules/rules.ts";
import {
  fromStoredTrends,
  INITIAL_TRENDS,
  judgeTrends,
  retainTrends,
  type Trends,
  takeBackTrends,
} from "../../../../shared/health/trends/trends.ts";
import type { TaskWindow } from "../../../../shared/summary/summary.ts";
import { DAY_MS } from "../../../../shared/units.ts";
import { type Certificate, certificate, tlsWindow } from "../certificates.ts";
import { NOON, policyWith } from "../windows.ts";

type Regions = Readonly<Record<string, readonly Certificate[] | string>>;

interface Setup {
  readonly alert?: AlertOverrides;
  readonly expiryDays?: NonNullable<TaskWindow["expiryDays"]>;
  readonly isFrozen?: boolean;
}

/** Judges minutes one after the other: the last severity and rule, and how often something was stored. */
function tell(minutes: readonly Regions[], setup: Setup = {}, start: Trends = INITIAL_TRENDS) {
  const { isFrozen = false, expiryDays } = setup;
  const policy = policyWith(setup.alert ?? {});
  const lines: string[] = [];
  let memory = start;
  let writeCount = 0;
  for (const [minute, regions] of minutes.entries()) {
    const window = tlsWindow(minute, regions, expiryDays && { expiryDays });
    const judged = judgeTrends(memory, window, { policy, isFrozen, usual: null });
    if (judged.memory !== memory) writeCount += 1;
    memory = judged.memory;
    lines.push(judged.severity === null ? "" : `${judged.severity} ${judged.rule}`);
  }
  return { lines, memory, writeCount };
}

function repeated(count: number, regions: Regions): Regions[] {
  return Array.from({ length: count }, () => regions);
}

const GOOD = certificate("a", 200);
const SOON = certificate("b", 20);
const VERY_SOON = certificate("c", 5);
const WARNING = "warning certificate_expires";
const CRITICAL = "critical certificate_expires";

describe("judgeTrends of a task with certificates", () => {
  const one: readonly (readonly [string, Certificate, string, Setup?])[] = [
    ["200 days before its end", GOOD, ""],
    ["30.1 days before", certificate("a", 30.1), ""],
    ["30 days before", certificate("a", 30), WARNING],
    ["7.1 days before", certificate("a", 7.1), WARNING],
    ["7 days before", certificate("a", 7), CRITICAL],
    ["a day after its end", certificate("a", -1), CRITICAL],
    ["16 of 47 days before", certificate("a", 16, 47), ""],
    ["15 of 47 days before", certificate("a", 15, 47), WARNING],
    ["4.6 of 47 days before", certificate("a", 4.6, 47), CRITICAL],
    ["12 hours of a day before", certificate("a", 0.5, 1), ""],
    ["20 days before, if it may warn at 10", SOON, "", { expiryDays: { warning: 10 } }],
    [
      "5 of 12 days before, if it must at 10",
      certificate("a", 5, 12),
      WARNING,
      { expiryDays: { warning: 10 } },
    ],
    ["20 days before, if that is critical", SOON, CRITICAL, { expiryDays: { critical: 20 } }],
    [
      "20 days before, if the fleet warns at 14",
      SOON,
      "",
      { alert: { warning: { certificateDays: 14 } } },
    ],
    [
      "20 days before, if the rule is off",
      SOON,
      "",
      { alert: { warning: { certificateDays: false } } },
    ],
  ];
  for (const [what, seen, line, setup] of one) {
    it(`says "${line}" ${what}`, () => assert.equal(tell([{ a: [seen] }], setup).lines[0], line));
  }

  it("takes the votes of the regions that saw one", () => {
    const table: readonly (readonly [Regions, string])[] = [
      [{ a: [SOON], b: [GOOD], c: [GOOD] }, ""],
      [{ a: [SOON], b: [SOON], c: [GOOD] }, WARNING],
      [{ a: [SOON], b: [VERY_SOON], c: [GOOD] }, WARNING],
      [{ a: [VERY_SOON], b: [VERY_SOON], c: [GOOD] }, CRITICAL],
      [{ a: [SOON], b: "ffff", c: "mmmm" }, WARNING],
      [{ a: [SOON], b: "pppp", c: "pppp" }, WARNING],
      [{ a: "pppp", b: "pppp" }, ""],
    ];
    for (const [regions, line] of table) assert.equal(tell([regions]).lines[0], line);
  });

  it("remembers nothing of those that are far from their end", () => {
    assert.equal(tell(repeated(3, { a: [GOOD], b: [GOOD] })).memory, INITIAL_TRENDS);
  });

  it("stores once while nothing changes, and nothing while no certificate is seen", () => {
    assert.equal(tell(repeated(40, { a: [SOON] })).writeCount, 1);
    const { lines, writeCount } = tell([{ a: [SOON] }, ...repeated(40, { a: "p" })]);
    assert.equal(writeCount, 1);
    assert.equal(lines.at(-1), WARNING);
  });

  it("is well again when only a newer one has been seen for fifteen checks, everywhere", () => {
    const renewed = { a: [GOOD], b: [GOOD] };
    const before = { a: [SOON], b: [SOON] };
    const { lines, memory } = tell([before, ...repeated(15, renewed)]);
    assert.equal(lines.lastIndexOf(WARNING), 14);
    assert.equal(memory, INITIAL_TRENDS);
    const partly = tell([before, ...repeated(40, { a: [GOOD], b: [SOON] })]);
    assert.equal(partly.lines.at(-1), "");
    assert.deepEqual(Object.keys(partly.memory.expiring ?? {}), ["b"]);
  });

  it("does not flap where a load balancer shows another one to every other check", () => {
    const turns = Array.from({ length: 60 }, (_, i) => ({ a: [i % 3 === 0 ? SOON : GOOD] }));
    assert.deepEqual(new Set(tell(turns).lines), new Set([WARNING]));
    assert.deepEqual(
      new Set(tell(repeated(5, { a: [GOOD, VERY_SOON] })).lines),
      new Set([CRITICAL]),
    );
  });

  it("takes the next one that is near its end, when the first one is gone", () => {
    const { lines, memory } = tell([{ a: [VERY_SOON] }, ...repeated(15, { a: [SOON] })]);
    assert.deepEqual([lines[14], lines[15]], [CRITICAL, WARNING]);
    assert.equal(memory.expiring?.a?.untilMs, SOON.untilMs);
  });

  it("gives way to what is wrong beside it at the same severity", () => {
    const failing = { a: "fpfpfpfp", b: "fpfpfpfp" };
    const lines = tell([{ a: [SOON], b: [SOON] }, ...repeated(8, failing)]).lines;
    assert.equal(lines[0], WARNING);
    assert.notEqual(lines.at(-1), WARNING);
    assert.notEqual(lines.at(-1), "");
  });

  it("stays as it is while the task is down", () => {
    const { memory } = tell([{ a: [SOON] }]);
    const frozen = tell(repeated(20, { a: [GOOD] }), { isFrozen: true }, memory);
    assert.equal(frozen.memory, memory);
    assert.equal(frozen.lines.at(-1), WARNING);
  });

  it("says the same whatever else the windows have, and reads what it stored", () => {
    const any = fc.constantFrom<readonly Certificate[] | string>(
      "p",
      "f",
      "m",
      [GOOD],
      [SOON],
      [VERY_SOON, GOOD],
    );
    fc.assert(
      fc.property(fc.array(fc.record({ a: any, b: any }), { maxLength: 30 }), (minutes) => {
        const whole = tell(minutes);
        const middle = Math.floor(minutes.length / 2);
        const stored = JSON.parse(JSON.stringify(tell(minutes.slice(0, middle)).memory));
        let memory = fromStoredTrends(stored);
        for (const [i, regions] of minutes.slice(middle).entries()) {
          const window = tlsWindow(middle + i, regions);
          memory = judgeTrends(memory, window, {
            policy: policyWith({}),
            isFrozen: false,
            usual: null,
          }).memory;
        }
        assert.deepEqual(memory, whole.memory);
      }),
    );
  });
});

describe("the memory of certificates", () => {
  const { memory } = tell([
    { a: [SOON], b: [SOON] },
    { a: [GOOD], b: [SOON] },
  ]);

  it("forgets a region in which the task is not planned any more", () => {
    assert.deepEqual(Object.keys(retainTrends(memory, ["b"]).expiring ?? {}), ["b"]);
    assert.ok(!("expiring" in retainTrends(memory, [])));
    assert.equal(retainTrends(memory, ["a", "b"]), memory);
  });

  it("keeps their ends when a clock is set back", () => {
    const taken = takeBackTrends(memory, NOON - DAY_MS);
    assert.equal(taken.expiring?.a?.untilMs, SOON.untilMs);
    assert.equal(taken.expiring.a.othersSinceMs, NOON - DAY_MS);
  });
});
