import assert from "node:assert/strict";
import { test } from "node:test";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile, readTaskFiles } from "../../../shared/task-file/task-file.ts";

const TASKS = `
[[tasks]]
name = "db"
host = "db.example.com:5432"
schedule_seconds = 60
target_id = "store"

[[tasks]]
name = "api"
host = "api.example.com:443"
schedule_seconds = 60
depends_on = ["db", { target_id = "store" }]
alert = { reminder_minutes = 30, escalation_minutes = false }
`;

const SETTINGS = `
[alerting]
reminder_minutes = 60
storm_tasks = 20

[targets.store]
min_healthy = 1
escalation_minutes = 15

[[maintenance]]
id = "sundays"
target_id = "store"
weekly = "sat,sun 02:30"
time_zone = "Europe/Berlin"
duration_minutes = 90
reason = "backups"

[[maintenance]]
task = "api"
from = 2026-12-24T22:00:00+01:00
until = 2026-12-24T23:30:00+01:00
reason = "upgrade"
`;

test("readTaskFile reads what a file sets for the fleet, targets and maintenance", () => {
  const { settings, problems, tasks } = readTaskFile("tasks.toml", TASKS + SETTINGS);
  assert.deepEqual(problems, []);
  assert.deepEqual(settings.fleet, { reminderMs: 3_600_000, stormTasks: 20 });
  assert.deepEqual(settings.targets, {
    store: { minHealthy: 1, escalation: { afterMs: 900_000 } },
  });
  assert.deepEqual(tasks[1]?.alert, {
    reminderMs: 1_800_000,
    escalation: null,
    dependsOn: [
      { kind: "task", name: "db" },
      { kind: "target", id: "store" },
    ],
  });
  const [weekly, once] = settings.maintenances;
  assert.deepEqual(weekly, {
    id: "sundays",
    scope: { kind: "target", id: "store" },
    schedule: {
      kind: "recurring",
      cron: "30 2 * * sat,sun",
      timeZone: "Europe/Berlin",
      durationMs: 5_400_000,
    },
    reason: "backups",
    by: null,
    createdAtMs: null,
  });
  assert.deepEqual(once?.schedule, {
    kind: "once",
    fromMs: Date.parse("2026-12-24T21:00:00Z"),
    untilMs: Date.parse("2026-12-24T22:30:00Z"),
  });
});

test("readTaskFile gives a maintenance without an id one that follows from what it says", () => {
  const idOf = (text: string) => readTaskFile("tasks.toml", text).settings.maintenances.at(-1)?.id;
  assert.match(idOf(SETTINGS) ?? "", /^[0-9a-f]{12}$/);
  assert.equal(idOf(SETTINGS), idOf(TASKS + SETTINGS));
  assert.notEqual(idOf(SETTINGS), idOf(SETTINGS.replace("upgrade", "update")));
});

test("readTaskFile reads the same settings from YAML and JSON", () => {
  const { settings } = readTaskFile("tasks.toml", SETTINGS);
  const json = {
    alerting: { reminder_minutes: 60, storm_tasks: 20 },
    targets: { store: { min_healthy: 1, escalation_minutes: 15 } },
    maintenance: [
      {
        id: "sundays",
        target_id: "store",
        cron: "30 2 * * sat,sun",
        time_zone: "Europe/Berlin",
        duration_minutes: 90,
        reason: "backups",
      },
      {
        task: "api",
        from: "2026-12-24T21:00:00Z",
        until: "2026-12-24t23:30:00+01:00",
        reason: "upgrade",
      },
    ],
  };
  assert.deepEqual(readTaskFile("a.json", JSON.stringify(json)).settings, settings);
  assert.deepEqual(readTaskFile("a.yaml", JSON.stringify(json, null, 1)).settings, settings);
});

test("readTaskFile leaves out a bad entry and keeps all others", () => {
  const bad = SETTINGS.replace("sat,sun 02:30", "someday").replace(
    "min_healthy = 1",
    "min_healthy = 0",
  );
  const { settings, problems } = readTaskFile("tasks.toml", bad);
  assert.equal(problems.length, 2);
  assert.deepEqual(settings.targets, {});
  assert.deepEqual(settings.fleet, { reminderMs: 3_600_000, stormTasks: 20 });
  assert.deepEqual(
    settings.maintenances.map(({ reason }) => reason),
    ["upgrade"],
  );
});

test("readTaskFile has nothing set for a file that sets nothing", () => {
  const nothing = { fleet: {}, targets: {}, maintenances: [] };
  assert.deepEqual(readTaskFile("tasks.toml", TASKS).settings, nothing);
  assert.deepEqual(readTaskFile("tasks.yaml", "maintenance:\n").settings, nothing);
  assert.deepEqual(readTaskFile("tasks.toml", "tasks = 3 3").settings, nothing);
});

function problemsOf(...texts: readonly string[]): string[] {
  const files = texts.map((text, i) => ({ file: `${"abc"[i]}.toml`, text }));
  return readTaskFiles(files).problems.map(problemSentence);
}

test("readTaskFiles puts the settings of all files together, each thing from the first file", () => {
  const other = `
[alerting]
storm_tasks = 30
[targets.store]
min_healthy = 2
[targets.api]
min_healthy = 1
[[maintenance]]
id = "sundays"
fleet = true
cron = "0 1 * * *"
duration_minutes = 5
reason = "restart"
`;
  const files = [TASKS, SETTINGS, other].map((text, i) => ({ file: `${"abc"[i]}.toml`, text }));
  const { settings, problems } = readTaskFiles(files);
  assert.equal(settings.fleet.stormTasks, 20);
  assert.deepEqual(Object.keys(settings.targets), ["store", "api"]);
  assert.equal(settings.maintenances.length, 2);
  assert.deepEqual(problems.map(problemSentence), [
    "c.toml: Alerting: entry is in b.toml too",
    'c.toml: Target "store": entry is in b.toml too',
    'c.toml: Maintenance "sundays": entry is in b.toml too',
    'Target "api": target_id must be the target_id of a task, is "api"',
  ]);
});

test("readTaskFiles refuses two entries of one id in one file", () => {
  assert.deepEqual(
    problemsOf(TASKS + SETTINGS + SETTINGS.slice(SETTINGS.indexOf("[[maintenance]]"))),
    [
      'a.toml: Maintenance "sundays": entry is in its file twice',
      `a.toml: Maintenance "${readTaskFile("", SETTINGS).settings.maintenances[1]?.id}": entry is in its file twice`,
    ],
  );
});

test("readTaskFiles names what no task is called", () => {
  const text = `
[[tasks]]
name = "api"
host = "api.example.com:443"
schedule_seconds = 60
target_id = "edge"
depends_on = ["dbb", { target_id = "stor" }]

[targets.edge]
depends_on = ["uplink"]

[alerting]
depends_on = [{ target_id = "edges" }]

[[maintenance]]
id = "m"
task = "apis"
cron = "0 1 * * *"
duration_minutes = 5
reason = "restart"
`;
  assert.deepEqual(problemsOf(text), [
    'a.toml: Task "api": depends_on[0] must be the name of a task, is "dbb"',
    'a.toml: Task "api": depends_on[1] must be the target_id of a task, is "stor"',
    'a.toml: Target "edge": depends_on[0] must be the name of a task, is "uplink"',
    'a.toml: Alerting: depends_on[0] must be the target_id of a task (did you mean "edge"?), is "edges"',
    'a.toml: Maintenance "m": task must be the name of a task (did you mean "api"?), is "apis"',
  ]);
});

test("readTaskFiles knows a task that has a problem of its own, or is skipped", () => {
  const text = `
[[tasks]]
name = "api"
host = "api.example.com:443"
schedule_seconds = 60
depends_on = ["db", "page"]
[[tasks]]
name = "db"
host = "db.example.com:5432"
[[tasks]]
name = "page"
type = "http"
`;
  assert.deepEqual(problemsOf(text), ['a.toml: Task "db": schedule_seconds is required']);
});

test("readTaskFiles has tasks that depend on each other as a problem, and as tasks", () => {
  const task = (name: string, rest: string) =>
    `[[tasks]]\nname = "${name}"\nhost = "a.example.com:22"\nschedule_seconds = 60\n${rest}\n`;
  const first = task("a", 'depends_on = ["b"]') + task("free", 'depends_on = ["a"]');
  const second = task("b", 'depends_on = [{ target_id = "t" }]');
  const third = task("c", 'target_id = "t"\ndepends_on = ["a"]') + task("d", 'target_id = "t"');
  assert.deepEqual(problemsOf(first, second, third), [
    'a.toml: Task "a": depends_on makes a circle with "b", "c", so that none of them holds another\'s alerts',
  ]);
});
