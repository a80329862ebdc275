import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TaskReload } from "../../../local/tasks/task-reload.ts";
import type { Save } from "../../../local/tasks/task-source.ts";
import type { WatchedTask } from "../../../local/view/watched-task.ts";
import { readTaskFiles, type TaskFile } from "../../../shared/task-file/task-file.ts";
import { FakeAlertingStore, FakeTaskStatusStore, FakeTaskStore } from "../../fakes/task-stores.ts";

const FIRST_PLAN_MS = 1_000_000;
const NEXT_PLAN_MS = 2_000_000;

function entry(name: string, nameField = "name", more = ""): string {
  return `[[tasks]]\n${nameField} = "${name}"\nschedule_seconds = 5\nhost = "127.0.0.1:22"\n${more}`;
}

function read(text: string): TaskFile {
  return readTaskFiles([{ file: "t.toml", text }]);
}

/** A run on some tasks, whose file is then saved with each text in turn, or can't be read. */
async function reload(
  saves: readonly (string | { readonly trouble: string })[],
  { first = entry("a") + entry("b"), planFails = false, isRefused = false } = {},
) {
  const tasks = new FakeTaskStore();
  const settings = new FakeAlertingStore();
  const statuses = new FakeTaskStatusStore();
  const notes: string[] = [];
  const orders: boolean[] = [];
  let watched: readonly WatchedTask[] = [];
  let nowMs = FIRST_PLAN_MS;
  let onSave = (_: Save): void => undefined;
  const run: TaskReload = new TaskReload({
    tasks,
    settings,
    statuses,
    source: {
      name: "t.toml",
      read: () => read(first),
      watch: (callback) => {
        onSave = callback;
      },
      close: () => undefined,
    },
    view: {
      note: (sentence) => notes.push(sentence),
      watching: (shown) => {
        watched = shown;
      },
    },
    now: () => nowMs,
    obsolete: ["demo", "a"],
    plan: async ({ force }) => {
      orders.push(force);
      if (planFails) return false;
      await run.showPlanned();
      return true;
    },
  });
  await tasks.putTasks(read(entry("demo")).tasks);
  await run.applyFirst(read(first));
  await run.showPlanned();
  run.followSaves();
  nowMs = NEXT_PLAN_MS;
  if (isRefused) {
    const status = { name: "#plan", status: "refused", problems: ["no"], regions: [] } as const;
    const rest = { runningLastGood: true, sinceMs: 0, pending: [], version: 1 };
    await statuses.putStatus({ ...status, ...rest });
  }
  for (const save of saves) {
    onSave(typeof save === "string" ? read(save) : save.trouble);
    await run.settled();
  }
  const stored = (await tasks.readTasks()).map(({ name }) => name).sort();
  const board = watched.map(({ task, isKept }) => `${task.name}${isKept ? " kept" : ""}`);
  const plannedAt = Object.fromEntries(
    watched.map(({ task, plannedAtMs }) => [task.name, plannedAtMs]),
  );
  const set = (await settings.readSettings()).map(({ key }) => key);
  return { stored, notes, board, plannedAt, orders, set };
}

describe("TaskReload", () => {
  test("takes a save that renames every task: it is planned with force and nothing else is said", async () => {
    const { stored, notes, board, orders, plannedAt } = await reload([entry("x") + entry("y")]);
    assert.deepEqual(stored, ["x", "y"]);
    assert.deepEqual(board, ["x", "y"]);
    assert.deepEqual(orders, [true]);
    assert.deepEqual(plannedAt, { x: NEXT_PLAN_MS, y: NEXT_PLAN_MS });
    assert.deepEqual(notes, ["t.toml was read again, 2 tasks: 2 added, 0 changed, 2 removed."]);
  });

  test("makes the settings those of the file, at the start and at each save", async () => {
    const storms = "[alerting]\nstorm_tasks = 9\n";
    const [a, edge] = [entry("a"), "[targets.edge]\nmin_healthy = 2\n"];
    assert.deepEqual((await reload([], { first: a + storms })).set, ["alerting"]);
    const { set, notes } = await reload([a, a + storms], { first: a + storms + edge });
    assert.deepEqual(set, ["alerting"]);
    assert.deepEqual(
      notes.filter((note) => note.startsWith("Settings")),
      [
        "Settings of t.toml: 0 added, 0 changed, 2 removed.",
        "Settings of t.toml: 1 added, 0 changed, 0 removed.",
      ],
    );
  });

  test("removes a task that is absent from a flawless file", async () => {
    const { stored, notes, plannedAt } = await reload([entry("a")]);
    assert.deepEqual(stored, ["a"]);
    assert.deepEqual(notes, ["t.toml was read again, 1 task: 0 added, 0 changed, 1 removed."]);
    assert.deepEqual(plannedAt, { a: 0 }, "it is planned since the start");
  });

  test("removes nothing while another entry has a problem, and does not force the plan", async () => {
    const { stored, notes, board, orders } = await reload([
      entry("new") + entry("bad", "name", "timeout_seconds = 95\n"),
    ]);
    assert.deepEqual(stored, ["a", "b", "new"]);
    assert.deepEqual(board, ["a kept", "b kept", "new"]);
    assert.deepEqual(orders, [false]);
    assert.deepEqual(notes.slice(1), [
      'Task "a" is kept as stored: another entry has a problem.',
      'Task "b" is kept as stored: another entry has a problem.',
      "t.toml was read again, 1 task: 1 added, 0 changed, 0 removed, 2 kept.",
    ]);
  });

  test("keeps a task with a wrong edit on the board in its last good version, until it is mended", async () => {
    const wrong = entry("a") + entry("b", "name", "timeout_seconds = 95\n");
    const { stored, board, notes } = await reload([wrong]);
    assert.deepEqual(
      [stored, board],
      [
        ["a", "b"],
        ["a", "b kept"],
      ],
    );
    assert.equal(notes[1], 'Task "b" is kept as stored: its entry has a problem.');
    assert.deepEqual((await reload([wrong, entry("a") + entry("b")])).board, ["a", "b"]);
  });

  test("keeps and watches a task whose name is misspelt, and says why", async () => {
    const { stored, notes, board } = await reload([entry("a") + entry("b", "nmae")]);
    assert.deepEqual(stored, ["a", "b"]);
    assert.deepEqual(board, ["a", "b kept"]);
    assert.deepEqual(notes.slice(-2), [
      'Task "b" is kept as stored: an entry without a usable name may be it.',
      "t.toml was read again, 1 task: 0 added, 0 changed, 0 removed, 1 kept.",
    ]);
  });

  test("loses no task when a file is saved incompletely and then completely", async () => {
    const whole = entry("a") + entry("b") + entry("c");
    for (const half of ["", whole.slice(0, 10), whole.slice(0, -20), "tasks = []"]) {
      assert.deepEqual((await reload([half])).stored, ["a", "b"], half);
      const { stored, notes, board } = await reload([half, whole]);
      assert.deepEqual(stored, ["a", "b", "c"], half);
      assert.deepEqual(board, ["a", "b", "c"], half);
      assert.equal(
        notes.at(-1),
        "t.toml was read again, 3 tasks: 1 added, 0 changed, 0 removed.",
        half,
      );
    }
  });

  const NOT_TAKEN: readonly (readonly [what: string, Parameters<typeof reload>[0][0], string[]])[] =
    [
      [
        "is empty",
        { trouble: "t.toml is empty" },
        ['t.toml is empty, so it is not taken: the last 2 tasks run on ("a", "b").'],
      ],
      [
        "lists no task",
        "tasks = []",
        [
          't.toml lists no task, so it is not taken: the last 2 tasks run on ("a", "b").',
          "To check none of them, set enabled = false in each.",
        ],
      ],
      [
        "can't be parsed",
        "[[tasks]\n",
        [
          "t.toml: line 1, column 9 is not valid TOML: expected end of table array declaration",
          't.toml has 1 problem and no good task, so it is not taken: the last 2 tasks run on ("a", "b").',
        ],
      ],
    ];
  for (const [what, save, said] of NOT_TAKEN) {
    test(`keeps every task if the file ${what}, and says so and what runs`, async () => {
      const { stored, notes, board, orders } = await reload([save]);
      assert.deepEqual(
        [stored, board],
        [
          ["a", "b"],
          ["a kept", "b kept"],
        ],
      );
      assert.deepEqual([orders, notes], [[], said]);
    });
  }

  test("removes an obsolete task at the start, also if the first file has a problem", async () => {
    const first = entry("a") + entry("b", "nmae");
    assert.deepEqual((await reload([], { first })).stored, ["a"]);
  });

  test("names no more than five tasks that run on", async () => {
    const first = ["a", "b", "c", "d", "e", "f"].map((name) => entry(name)).join("");
    const { notes } = await reload([""], { first });
    assert.match(notes.at(-1) ?? "", /the last 6 tasks run on \("a", "b", "c", "d", "e", …\)\.$/);
  });

  test("shows the tasks in the order of the file, a disabled one too", async () => {
    const { board } = await reload([entry("b", "name", "enabled = false\n") + entry("a")]);
    assert.deepEqual(board, ["b", "a"]);
  });

  test("says that a save is not planned yet, and shows no change, if the plan fails", async () => {
    const { notes, board } = await reload([entry("c")], { planFails: true });
    assert.deepEqual(board, ["a", "b"]);
    assert.match(
      notes.at(-1) ?? "",
      /It is not planned yet: the last plan goes on for a minute\.$/,
    );
  });

  test("shows what runs, not what is stored, while the plan is refused", async () => {
    assert.deepEqual((await reload([entry("c")], { isRefused: true })).board, ["a", "b"]);
  });
});
