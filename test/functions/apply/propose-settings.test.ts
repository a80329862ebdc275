import { strict as assert } from "node:assert";
import { beforeEach, describe, it } from "node:test";
import { applySettings, proposeSettings } from "../../../functions/apply/apply.ts";
import { parseEntries, quietingEntry } from "../../../shared/alerting/operators/operators.ts";
import { readTaskFile, type TaskFile } from "../../../shared/task-file/task-file.ts";
import { FakeAlertingStore } from "../../fakes/task-stores.ts";

const NOW_MS = Date.UTC(2026, 0, 1);

const SUNDAYS = `
[[maintenance]]
id = "sundays"
fleet = true
weekly = "sun 02:00"
duration_minutes = 60
reason = "backups"
`;
const FLEET = "[alerting]\nstorm_tasks = 9\n";
const EDGE = "[targets.edge]\nmin_healthy = 2\n";

const SILENCE = quietingEntry({
  id: "s1",
  kind: "silence",
  scope: { kind: "fleet" },
  by: "sre",
  reason: "known",
  createdAtMs: NOW_MS,
  fromMs: NOW_MS,
  untilMs: NOW_MS + 1_000,
});

function file(text: string): TaskFile {
  return readTaskFile("t.toml", text);
}

describe("proposeSettings", () => {
  let store: FakeAlertingStore;
  beforeEach(async () => {
    store = new FakeAlertingStore();
    await store.putSettings([SILENCE]);
  });

  async function apply(text: string, nowMs = NOW_MS) {
    const changes = proposeSettings(await store.readSettings(), file(text));
    await applySettings(store, changes, nowMs);
    const { add, change, ...rest } = changes;
    return {
      add: add.map(({ key }) => key),
      change: change.map(({ entry, fields }) => [entry.key, ...fields.map(({ field }) => field)]),
      ...rest,
    };
  }

  const NOTHING = { add: [], change: [], remove: [], keep: [], unchanged: [] };

  it("adds what is new, and nothing the second time", async () => {
    const keys = ["alerting", "maintenance#sundays", "target#edge"];
    assert.deepEqual(await apply(FLEET + EDGE + SUNDAYS), { ...NOTHING, add: keys });
    assert.deepEqual(await apply(FLEET + EDGE + SUNDAYS), { ...NOTHING, unchanged: keys });
    const { settings, problems } = parseEntries(await store.readSettings());
    assert.deepEqual(problems, []);
    assert.equal(settings.maintenances[0]?.createdAtMs, NOW_MS);
    assert.deepEqual(settings.targets, { edge: { minHealthy: 2 } });
  });

  it("changes what differs, with the fields that do", async () => {
    await apply(EDGE + SUNDAYS);
    const changed = await apply(EDGE.replace("2", "3") + SUNDAYS.replace("02:00", "03:00"), 2);
    assert.deepEqual(changed, {
      ...NOTHING,
      change: [
        ["maintenance#sundays", "cron"],
        ["target#edge", "min_healthy"],
      ],
    });
  });

  it("removes what no file sets any more, and never what a command has set", async () => {
    await apply(FLEET + SUNDAYS);
    const removed = { ...NOTHING, remove: ["alerting", "maintenance#sundays"] };
    assert.deepEqual(await apply("tasks = []"), removed);
    assert.deepEqual(await store.readSettings(), [SILENCE]);
  });

  it("removes nothing while something outside of tasks can't be read", async () => {
    await apply(FLEET + SUNDAYS);
    const kept = { ...NOTHING, keep: ["alerting", "maintenance#sundays"] };
    assert.deepEqual(await apply(SUNDAYS.replace("sun 02:00", "someday")), kept);
    assert.deepEqual(await apply("tasks = ["), kept);
    const faultyTask = '[[tasks]]\nname = "a"\n';
    assert.deepEqual((await apply(faultyTask + FLEET)).remove, ["maintenance#sundays"]);
  });

  it("takes over an entry of a command under the same key", async () => {
    await store.putSettings([{ key: "alerting", fields: { storm_tasks: 9 } }]);
    const { change } = await apply(FLEET);
    assert.deepEqual(change, [["alerting", "origin"]]);
  });
});
