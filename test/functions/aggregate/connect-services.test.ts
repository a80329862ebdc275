import { strict as assert } from "node:assert";
import { test } from "node:test";
import { connectServices } from "../../../functions/aggregate/connect-services.ts";
import { DEFAULT_ALERT_POLICY } from "../../../shared/health/rules/rules.ts";

const EQUIPPED = {
  SYNFLEET_FLEET: "test",
  SYNFLEET_HOME: "eu-west-1",
  SYNFLEET_REGIONS: '[{"name":"eu-west-1"},{"name":"us-east-1"}]',
  SYNFLEET_BUS: "test",
};

test("connectServices names every missing variable", () => {
  assert.throws(
    () => connectServices({}),
    /SYNFLEET_FLEET, SYNFLEET_HOME, SYNFLEET_REGIONS, SYNFLEET_BUS/,
  );
});

test("connectServices opens every region's stores", () => {
  const services = connectServices(EQUIPPED);
  assert.deepEqual([...services.regions.keys()], ["eu-west-1", "us-east-1"]);
  assert.deepEqual(services.alertDefaults, DEFAULT_ALERT_POLICY);
});

test("connectServices puts the fleet's alert defaults over the seeds'", () => {
  const SYNFLEET_ALERT_DEFAULTS = '{"critical":{"failure_percent":50}}';
  const { alertDefaults } = connectServices({ ...EQUIPPED, SYNFLEET_ALERT_DEFAULTS });
  assert.deepEqual(alertDefaults.critical, {
    ...DEFAULT_ALERT_POLICY.critical,
    failurePercent: 50,
  });
});

test("connectServices lets a clock be off by a second, unless the deployment says otherwise", () => {
  const thresholdOf = (text?: string) =>
    connectServices({ ...EQUIPPED, SYNFLEET_CLOCK_THRESHOLD_MS: text }).clockThresholdMs;
  assert.equal(thresholdOf(), 1_000);
  assert.equal(thresholdOf("250"), 250);
  assert.throws(
    () => thresholdOf("a second"),
    /SYNFLEET_CLOCK_THRESHOLD_MS must be a whole number/,
  );
});

const WRONG_DEFAULTS: readonly (readonly [string, RegExp])[] = [
  ["{", /^EnvironmentError: SYNFLEET_ALERT_DEFAULTS must be JSON$/],
  ['{"quorum":0}', /^EnvironmentError: SYNFLEET_ALERT_DEFAULTS: .*quorum must be .*, is 0$/],
];

for (const [text, message] of WRONG_DEFAULTS) {
  test(`connectServices refuses the alert defaults ${text}`, () => {
    assert.throws(() => connectServices({ ...EQUIPPED, SYNFLEET_ALERT_DEFAULTS: text }), message);
  });
}
