import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import {
  covers,
  DEFAULT_ALERT_SETTINGS,
  type Scope,
  type SettingLevels,
  settingsOf,
} from "../../../../shared/alerting/settings/settings.ts";

const NOTHING: SettingLevels = { fleet: {}, targets: {} };

describe("covers", () => {
  const task = { name: "db", targetId: "store" };
  const cases: readonly (readonly [Scope, boolean])[] = [
    [{ kind: "fleet" }, true],
    [{ kind: "task", name: "db" }, true],
    [{ kind: "task", name: "store" }, false],
    [{ kind: "target", id: "store" }, true],
    [{ kind: "target", id: "db" }, false],
  ];
  for (const [scope, isCovered] of cases) {
    it(`says ${isCovered} of ${JSON.stringify(scope)}`, () => {
      assert.equal(covers(scope, task), isCovered);
    });
  }

  it("has no target for a task without one", () => {
    assert.equal(covers({ kind: "target", id: "null" }, { name: "db", targetId: null }), false);
  });
});

describe("settingsOf", () => {
  const task = { name: "db", targetId: "store", alert: {} };

  it("gives the defaults when nothing is set", () => {
    assert.deepEqual(settingsOf(NOTHING, task), DEFAULT_ALERT_SETTINGS);
  });

  it("lets a task go before its target, and a target before the fleet", () => {
    const levels: SettingLevels = {
      fleet: { reminderMs: 1, escalation: { afterMs: 2 }, minHealthy: 3, stormTasks: 4 },
      targets: { store: { reminderMs: 10, minHealthy: 30 }, other: { reminderMs: 100 } },
    };
    const settings = settingsOf(levels, { ...task, alert: { reminderMs: null } });
    assert.deepEqual(settings, {
      reminderMs: null,
      escalation: { afterMs: 2 },
      minHealthy: 30,
      stormTasks: 4,
      dependsOn: [],
    });
  });

  it("adds dependencies up, without the task and its own target", () => {
    const uplink = { kind: "task", name: "uplink" } as const;
    const levels: SettingLevels = {
      fleet: { dependsOn: [uplink, { kind: "target", id: "store" }] },
      targets: { store: { dependsOn: [{ kind: "task", name: "disk" }] } },
    };
    const alert = { dependsOn: [{ kind: "task", name: "db" }] } as const;
    const { dependsOn } = settingsOf(levels, { ...task, alert });
    assert.deepEqual(dependsOn, [uplink, { kind: "task", name: "disk" }]);
  });

  it("does not take a field of every object for a target", () => {
    assert.deepEqual(
      settingsOf(NOTHING, { ...task, targetId: "constructor" }),
      DEFAULT_ALERT_SETTINGS,
    );
  });
});
