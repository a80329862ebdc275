import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { probeDefaults, readAlertDefaults } from "../../functions/read-alert-defaults.ts";
import { DEFAULT_ALERT_POLICY } from "../../shared/health/rules/rules.ts";

describe("readAlertDefaults", () => {
  it("is the built-in policy where the deployment sets nothing", () => {
    assert.equal(readAlertDefaults({}), DEFAULT_ALERT_POLICY);
  });

  it("lets the deployment replace single fields", () => {
    const SYNFLEET_ALERT_DEFAULTS = '{"failures":"3 of 5","recheck_seconds":[7]}';
    const policy = readAlertDefaults({ SYNFLEET_ALERT_DEFAULTS });
    assert.deepEqual(policy.failures, { failed: 3, of: 5 });
    assert.deepEqual(policy.recheckSeconds, [7]);
    assert.equal(policy.successThreshold, DEFAULT_ALERT_POLICY.successThreshold);
  });
});

describe("probeDefaults", () => {
  it("is what turns a region and makes it check again, and nothing else", () => {
    assert.deepEqual(probeDefaults(DEFAULT_ALERT_POLICY), {
      failureThreshold: 4,
      successThreshold: 2,
      failures: null,
      recheckSeconds: [5, 12, 20, 30, 40, 50],
    });
  });
});
