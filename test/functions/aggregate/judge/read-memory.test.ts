import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readMemory } from "../../../../functions/aggregate/judge/judge.ts";
import { fileEntries } from "../../../../shared/alerting/operators/operators.ts";
import {
  FakeFleetRecordStore,
  FakeStateStore,
  FakeUnquietStore,
} from "../../../fakes/home-stores.ts";
import { FakeAlertingStore } from "../../../fakes/task-stores.ts";

test("readMemory has what is stored for the fleet before what the deployment sets", async () => {
  const settings = new FakeAlertingStore();
  const services = {
    states: new FakeStateStore(),
    fleetRecord: new FakeFleetRecordStore(),
    unquiet: new FakeUnquietStore(),
    settings,
  };
  assert.deepEqual((await readMemory(services)).settings.fleet, {});
  const stored = { fleet: { stormTasks: 9 }, targets: { edge: { minHealthy: 2 } } };
  await settings.putSettings(fileEntries({ ...stored, maintenances: [] }));
  const settingDefaults = { stormTasks: 50, reminderMs: 60_000 };
  const memory = await readMemory({ ...services, settingDefaults });
  assert.deepEqual(memory.settings.fleet, { stormTasks: 9, reminderMs: 60_000 });
  assert.deepEqual(memory.settings.targets, stored.targets);
});
