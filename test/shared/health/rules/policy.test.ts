import assert from "node:assert/strict";
import { test } from "node:test";
import { alertPolicy, DEFAULT_ALERT_POLICY } from "../../../../shared/health/rules/policy.ts";

test("alertPolicy keeps the defaults where nothing is said", () => {
  assert.deepEqual(alertPolicy(DEFAULT_ALERT_POLICY, {}), DEFAULT_ALERT_POLICY);
});

test("alertPolicy replaces single rules and keeps their neighbours", () => {
  const merged = alertPolicy(DEFAULT_ALERT_POLICY, {
    warning: { avgConnectTimeMs: 250 },
    critical: { noSuccessMinutes: false },
    quorum: 2,
  });
  assert.deepEqual(merged, {
    ...DEFAULT_ALERT_POLICY,
    warning: { ...DEFAULT_ALERT_POLICY.warning, avgConnectTimeMs: 250 },
    critical: { ...DEFAULT_ALERT_POLICY.critical, noSuccessMinutes: false },
    quorum: 2,
  });
});

test("alertPolicy lays a task's rules over the fleet's", () => {
  const fleet = alertPolicy(DEFAULT_ALERT_POLICY, { warning: { failurePercent: 10 }, quorum: 1 });
  const task = alertPolicy(fleet, { warning: { avgConnectTimeMs: false } });
  assert.equal(task.warning.failurePercent, 10);
  assert.equal(task.warning.avgConnectTimeMs, false);
  assert.equal(task.quorum, 1);
});
