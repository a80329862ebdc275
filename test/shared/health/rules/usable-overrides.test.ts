import { strict as assert } from "node:assert";
import { test } from "node:test";
import { usableOverrides } from "../../../../shared/health/rules/usable-overrides.ts";

const WHOLE = {
  failureThreshold: 1,
  successThreshold: 100,
  quorum: "majority",
  latencyScope: "each",
  noDataWindows: 1_440,
  warning: { failurePercent: 0, avgConnectTimeMs: false, successPercentOfExpected: 100 },
  critical: { noSuccessMinutes: 1, failurePercent: 99.5 },
};

test("usableOverrides returns all that a task may set", () => {
  for (const alert of [WHOLE, {}, { quorum: 100 }, { warning: {} }]) {
    assert.deepEqual(usableOverrides(alert), { alert, odd: [] });
  }
});

const ODD_NUMBERS: readonly unknown[] = ["5", null, Number.NaN, -1, 1e9, [], {}, true, Infinity];

for (const value of ODD_NUMBERS) {
  for (const field of ["failureThreshold", "successThreshold", "quorum", "noDataWindows"]) {
    test(`usableOverrides leaves out ${field} if it is ${show(value)}, and nothing else`, () => {
      const { [field as keyof typeof WHOLE]: _left, ...rest } = WHOLE;
      const found = usableOverrides({ ...WHOLE, [field]: value });
      assert.deepEqual(found, { alert: rest, odd: [field] });
    });
  }
  for (const rule of [
    "failurePercent",
    "avgConnectTimeMs",
    "successPercentOfExpected",
    "noSuccessMinutes",
  ]) {
    test(`usableOverrides leaves out a limit of ${rule} if it is ${show(value)}, and nothing else`, () => {
      const critical: Record<string, unknown> = { ...WHOLE.critical, [rule]: value };
      const found = usableOverrides({ ...WHOLE, critical });
      delete critical[rule];
      assert.deepEqual(found, { alert: { ...WHOLE, critical }, odd: [`critical.${rule}`] });
    });
  }
}

for (const value of ["x", null, [], 7]) {
  test(`usableOverrides leaves out the limits of a severity that are ${show(value)}`, () => {
    const { warning: _warning, ...rest } = WHOLE;
    const found = usableOverrides({ ...WHOLE, warning: value });
    assert.deepEqual(found, { alert: rest, odd: ["warning"] });
  });
}

test("usableOverrides leaves out a scope that it does not know", () => {
  const { latencyScope: _scope, ...rest } = WHOLE;
  const found = usableOverrides({ ...WHOLE, latencyScope: "median" });
  assert.deepEqual(found, { alert: rest, odd: ["latencyScope"] });
});

test("usableOverrides ignores what only a later version knows", () => {
  const later = { ...WHOLE, jitter: 1, warning: { ...WHOLE.warning, jitterMs: "x" } };
  assert.deepEqual(usableOverrides(later), { alert: WHOLE, odd: [] });
});

function show(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
