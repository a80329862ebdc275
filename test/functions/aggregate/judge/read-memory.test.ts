import { strict as assert } from "node:assert";
import { test } from "node:test";
import { readMemory } from "../../../../functions/aggregate/judge/judge.ts";
import { listUnquiet } from "../../../../functions/aggregate/judge/unquiet.ts";
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

test("listUnquiet lists names of 100 KB, and none if there are more", async () => {
  // Two bytes a letter, 800 a name.
  const names = Array.from(
    { length: 128 },
    (_, i) => `${String(i).padStart(4, "0")}${"é".repeat(398)}`,
  );
  const cases: readonly (readonly [readonly string[], readonly string[] | null])[] = [
    [names, names],
    [[...names, "z"], null],
  ];
  for (const [damaged, listed] of cases) {
    const unquiet = new FakeUnquietStore();
    const memory = await readMemory({
      states: new FakeStateStore(),
      fleetRecord: new FakeFleetRecordStore(),
      settings: new FakeAlertingStore(),
      unquiet,
    });
    for (const name of damaged) memory.damaged.add(name);
    const window = { fromMs: 0, toMs: 60_000 };
    const services = { unquiet, leastRecords: 0 };
    await listUnquiet(services, memory, { pace: "window", window, next: [] });
    assert.deepEqual(await unquiet.readUnquiet(), { version: 1, window, taskNames: listed });
  }
});
