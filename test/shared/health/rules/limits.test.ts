import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseAlert, RULES } from "../../../../shared/health/rules/rules.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";

const nothing = {
  expectedCount: 0,
  missedCount: 0,
  uncountedCount: 0,
  successfulCount: 0,
  failurePercent: null,
  firstSynAverageMs: null,
  failingForMs: null,
};

type Given = Partial<Record<keyof typeof nothing, number>>;

/** Per rule: a limit, evidence, and what the rule reports of it; null if it is not broken. */
const EDGES: Readonly<Record<string, readonly (readonly [number, Given, number[] | null])[]>> = {
  avgConnectTimeMs: [
    [100, {}, null],
    [100, { firstSynAverageMs: 99.999 }, null],
    [100, { firstSynAverageMs: 100 }, null],
    [100, { firstSynAverageMs: 100.001 }, [100.001, 100]],
    [100, { failurePercent: 100, failingForMs: 60 * MINUTE_MS }, null],
  ],
  failurePercent: [
    [20, {}, null],
    [20, { failurePercent: 19.999 }, null],
    [20, { failurePercent: 20 }, null],
    [20, { failurePercent: 20.001 }, [20.001, 20]],
    [0, { failurePercent: 0 }, null],
    [0, { failurePercent: 0.1 }, [0.1, 0]],
    [20, { firstSynAverageMs: 9_999 }, null],
  ],
  successPercentOfExpected: [
    [90, {}, null],
    [90, { expectedCount: 10, successfulCount: 10 }, null],
    [90, { expectedCount: 10, successfulCount: 9 }, null],
    [90, { expectedCount: 10, successfulCount: 8 }, [8, 9]],
    [100, { expectedCount: 10, successfulCount: 9 }, [9, 10]],
    [90, { expectedCount: 1_000, successfulCount: 900 }, null],
    [90, { expectedCount: 1_000, successfulCount: 899 }, [899, 900]],
    [90, { expectedCount: 13, missedCount: 2, uncountedCount: 1, successfulCount: 9 }, null],
    [90, { expectedCount: 13, missedCount: 2, uncountedCount: 1, successfulCount: 8 }, [8, 9]],
    [90, { expectedCount: 3, missedCount: 2, uncountedCount: 1 }, null],
    [33.3, { expectedCount: 7, successfulCount: 2 }, [2, 2.331]],
  ],
  noSuccessMinutes: [
    [5, {}, null],
    [5, { failingForMs: 5 * MINUTE_MS - 1 }, null],
    // "For this many minutes": the whole time is enough.
    [5, { failingForMs: 5 * MINUTE_MS }, [5, 5]],
    [5, { failingForMs: 5.5 * MINUTE_MS }, [5.5, 5]],
    [5, { failingForMs: 5 * MINUTE_MS, successfulCount: 1 }, null],
  ],
};

/** Per field: limits that a task may set, and those that it may not with what it is told. */
const LIMITS = {
  avg_connect_time_ms: {
    good: [0.001, 100, 60_000],
    bad: [-1, 0, 60_000.1, Number.NaN, Infinity],
    told: "above 0 and at most 60000",
  },
  failure_percent: {
    good: [0, 0.5, 99.999],
    bad: [-0.1, 100, 101, Number.NaN],
    told: "at least 0 and below 100",
  },
  success_percent_of_expected: {
    good: [0.1, 90, 100],
    bad: [-1, 0, 100.1, Number.NaN],
    told: "above 0 and at most 100",
  },
  no_success_minutes: {
    good: [1, 2, 1_440],
    bad: [0, 1.5, 1_441, Number.NaN, -Infinity],
    told: "a whole number from 1 to 1440",
  },
} as const;

describe("RULES", () => {
  it("have edges and limits in this file, one by one", () => {
    assert.deepEqual(
      Object.keys(EDGES),
      RULES.map(({ key }) => key),
    );
    assert.deepEqual(
      Object.keys(LIMITS),
      RULES.map(({ field }) => field),
    );
  });

  it("have names of their own", () => {
    for (const name of ["key", "field", "name"] as const)
      assert.equal(new Set(RULES.map((rule) => rule[name])).size, RULES.length);
  });

  for (const rule of RULES) {
    for (const [limit, given, expected] of EDGES[rule.key] ?? []) {
      const said = expected === null ? "kept" : `broken with ${expected.join(" against ")}`;
      it(`${rule.key} of ${limit} is ${said} by ${JSON.stringify(given)}`, () => {
        const measured = rule.evaluate({ ...nothing, ...given }, limit);
        const [value, atLimit] = expected ?? [];
        assert.deepEqual(measured, expected === null ? null : { value, limit: atLimit });
      });
    }
  }
});

describe("a task's limit", () => {
  for (const { key, field } of RULES) {
    const { good, bad, told } = LIMITS[field];
    for (const severity of ["warning", "critical"]) {
      for (const limit of [...good, false]) {
        it(`${severity}.${field} may be ${limit}`, () => {
          const { alert } = parseAlert({ [severity]: { [field]: limit } });
          assert.deepEqual(alert, { [severity]: { [key]: limit } });
        });
      }
      for (const limit of [...bad, true, null, "5", [5]]) {
        it(`${severity}.${field} may not be ${JSON.stringify(limit) ?? limit}`, () => {
          const { problems } = parseAlert({ [severity]: { [field]: limit } });
          const rules = problems?.map((problem) => [problem.field, problem.rule]);
          assert.deepEqual(rules, [[`alert.${severity}.${field}`, `must be ${told}, or false`]]);
        });
      }
    }
  }

  it("of −0 is 0, which JSON can write", () => {
    const { alert } = parseAlert({ warning: { failure_percent: -0 } });
    assert.ok(Object.is(alert?.warning?.failurePercent, 0));
  });
});
