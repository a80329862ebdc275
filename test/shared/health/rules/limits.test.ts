import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { averageConnectTime } from "../../../../shared/health/rules/average-connect-time.ts";
import { certificateDays } from "../../../../shared/health/rules/certificate-days.ts";
import { failurePercent } from "../../../../shared/health/rules/failure-percent.ts";
import { noSuccessMinutes } from "../../../../shared/health/rules/no-success-minutes.ts";
import { parseAlert, RULES } from "../../../../shared/health/rules/rules.ts";
import { successPercent } from "../../../../shared/health/rules/success-percent.ts";
import { DAY_MS, MINUTE_MS } from "../../../../shared/units.ts";

/** Per rule over shares: a limit, failures of checks, and what the rule reports of them. */
const MEASURES = [
  [failurePercent, 20, [11, 20], { value: 55, limit: 20 }],
  [failurePercent, 5, [7, 21], { value: 33.333, limit: 5 }],
  [successPercent, 90, [8, 20], { value: 12, limit: 18 }],
  [successPercent, 33.3, [18, 20], { value: 2, limit: 6.66 }],
] as const;

/** Per rule over shares: a limit, and the share of failures above which it is broken. */
const SHARES = [
  [failurePercent, 0, 0],
  [failurePercent, 20, 0.2],
  [successPercent, 90, 0.1],
  [successPercent, 100, 0],
] as const;

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
  certificate_days: {
    good: [1, 30, 398],
    bad: [0, 1.5, 399, -1, Number.NaN, Infinity],
    told: "a whole number from 1 to 398",
  },
} as const;

describe("RULES", () => {
  it("have limits in this file, one by one", () => {
    assert.deepEqual(
      Object.keys(LIMITS),
      RULES.map(({ field }) => field),
    );
  });

  it("have names of their own", () => {
    for (const name of ["key", "field", "name"] as const)
      assert.equal(new Set(RULES.map((rule) => rule[name])).size, RULES.length);
  });

  for (const [rule, limit, [failedCount, checkCount], expected] of MEASURES) {
    it(`${rule.key} of ${limit} shows ${failedCount} failures of ${checkCount} checks`, () =>
      assert.deepEqual(rule.trend.measure({ failedCount, checkCount }, limit), expected));
  }

  for (const [rule, limit, share] of SHARES) {
    it(`${rule.key} of ${limit} allows a share of ${share} to fail`, () =>
      assert.equal(rule.trend.failureShare(limit), share));
  }

  // "For this many minutes": the whole time is enough.
  for (const [failingForMs, expected] of [
    [5 * MINUTE_MS - 1, null],
    [5 * MINUTE_MS, { value: 5, limit: 5 }],
    [5.5 * MINUTE_MS, { value: 5.5, limit: 5 }],
  ] as const) {
    it(`noSuccessMinutes of 5 is ${expected ? "broken" : "kept"} by ${failingForMs} ms`, () =>
      assert.deepEqual(noSuccessMinutes.trend.measure(failingForMs, 5), expected));
  }

  /** The limit that counts, by the usual time of the region. */
  const USUAL = [
    ["warning", 100, null, 100],
    ["warning", 100, 53.3, 100],
    ["warning", 100, 53.4, 100.1],
    ["warning", 100, 260, 410],
    ["critical", 500, 166, 500],
    ["critical", 500, 167, 501],
    ["critical", 500, null, 500],
  ] as const;
  for (const [severity, limit, usualMs, expected] of USUAL) {
    it(`avgConnectTimeMs of ${limit} is ${expected} at ${severity} where ${usualMs} is usual`, () =>
      assert.equal(averageConnectTime.trend.limitMs(limit, { severity, usualMs }), expected));
  }
});

describe("certificateDays", () => {
  /** The days before the end at which a limit is broken, by the lifetime. */
  const LIFETIMES = [
    ["warning", 30, 398, 30],
    ["warning", 30, 90, 30],
    ["warning", 30, 47, 47 / 3],
    ["warning", 10, 47, 10],
    ["critical", 7, 398, 7],
    ["critical", 7, 70, 7],
    ["critical", 7, 47, 4.7],
    ["critical", 7, 1, 0.1],
    ["critical", 7, -5, 0],
  ] as const;
  for (const [severity, limit, lifetime, expected] of LIFETIMES) {
    it(`of ${limit} is ${expected} at ${severity} of a certificate for ${lifetime} days`, () => {
      const lifetimeMs = lifetime * DAY_MS;
      const { limitMs } = certificateDays.trend;
      assert.equal(limitMs(limit, { severity, lifetimeMs }), Math.max(0, expected * DAY_MS));
    });
  }

  const ENDS = [
    [6.9, "expires in 6 days"],
    [1.2, "expires in 1 day"],
    [0.4, "expires in less than a day"],
    [-0.4, "expired less than a day ago"],
    [-1, "expired 1 day ago"],
    [-2.5, "expired 2 days ago"],
  ] as const;
  for (const [value, words] of ENDS) {
    it(`says of ${value} days that it ${words}`, () => {
      const seen = { region: "eu", value, limit: 7, certificateUntilMs: Date.UTC(2026, 11, 2, 23) };
      assert.equal(certificateDays.phrase(seen), `certificate ${words} (2026-12-02)`);
    });
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
