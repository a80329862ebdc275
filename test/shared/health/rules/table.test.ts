import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  activeLimits,
  countsAs,
  DEFAULT_ALERT_POLICY,
  RULES,
  ruleNamed,
} from "../../../../shared/health/rules/rules.ts";
import { policyWith } from "../windows.ts";

describe("activeLimits", () => {
  it("are those that are not off, the most severe first, in order of the rules", () => {
    const said = activeLimits(DEFAULT_ALERT_POLICY).map(
      ({ rule, severity, limit }) => `${severity} ${rule.name} ${limit}`,
    );
    assert.deepEqual(said, [
      "critical avg_connect_time_ms 500",
      "critical failure_percent 20",
      "critical no_success_minutes 5",
      "critical certificate_expires 7",
      "warning avg_connect_time_ms 100",
      "warning failure_percent 5",
      "warning successful_connections 90",
      "warning certificate_expires 30",
    ]);
  });

  it("have a limit of 0, which is not off", () => {
    const policy = policyWith({ warning: { failurePercent: 0 } });
    assert.ok(activeLimits(policy).some(({ limit }) => limit === 0));
  });
});

describe("countsAs", () => {
  const cases = [
    ["warning", "warning", true],
    ["warning", "critical", false],
    ["critical", "warning", true],
    ["critical", "critical", true],
  ] as const;
  for (const [severity, at, expected] of cases) {
    it(`says ${expected} of a ${severity} finding at ${at}`, () => {
      const rule = { aspect: "latency", rule: "avg_connect_time_ms", value: 2, limit: 1 } as const;
      assert.equal(countsAs({ ...rule, severity }, at), expected);
    });
  }
});

describe("ruleNamed", () => {
  for (const rule of RULES) {
    it(`finds ${rule.name}`, () => assert.equal(ruleNamed(rule.name), rule));
  }

  for (const name of ["no_data", "recovered", "degraded", "failurePercent", null]) {
    it(`finds no threshold that is named ${name}`, () => assert.equal(ruleNamed(name), null));
  }
});
