import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  probeDefaults,
  readAlertDefaults,
  readSettingDefaults,
} from "../../functions/read-alert-defaults.ts";
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

describe("readSettingDefaults", () => {
  it("is what the deployment sets about how users are told, and nothing else", () => {
    assert.deepEqual(readSettingDefaults({}), {});
    const SYNFLEET_ALERT_DEFAULTS =
      '{"quorum":2,"reminder_minutes":30,"storm_tasks":50,"depends_on":["uplink"]}';
    assert.deepEqual(readSettingDefaults({ SYNFLEET_ALERT_DEFAULTS }), {
      reminderMs: 1_800_000,
      stormTasks: 50,
      dependsOn: [{ kind: "task", name: "uplink" }],
    });
  });

  it("throws with the sentence of what is invalid", () => {
    assert.throws(
      () => readSettingDefaults({ SYNFLEET_ALERT_DEFAULTS: '{"storm_tasks":1}' }),
      /SYNFLEET_ALERT_DEFAULTS: alert.storm_tasks must be 2 to 100000, is 1/,
    );
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
