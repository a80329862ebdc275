import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { applyFile, reloadOnChange } from "../../../local/tasks/task-reload.ts";
import { readTaskFiles, type TaskFile } from "../../../shared/task-file/task-file.ts";
import { FakeTaskStore } from "../../fakes/task-stores.ts";

function entry(name: string, nameField = "name"): string {
  return `[[tasks]]\n${nameField} = "${name}"\nschedule_seconds = 5\nhost = "127.0.0.1:22"\n`;
}

function read(text: string): TaskFile {
  return readTaskFiles([{ file: "t.toml", text }]);
}

/** A run on tasks a and b, whose file is changed to each text in turn. */
async function reload(...texts: readonly string[]) {
  const store = new FakeTaskStore();
  await applyFile(store, read(entry("a") + entry("b")));
  const notes: string[] = [];
  const watched: string[][] = [];
  const planned = Promise.withResolvers<void>();
  let change = (): void => undefined;
  let readCount = 0;
  reloadOnChange({
    store,
    source: {
      name: "t.toml",
      read: () => read(texts[readCount++] ?? ""),
      watch: (onChange) => {
        change = onChange;
      },
      close: () => undefined,
    },
    view: {
      note: (sentence) => {
        notes.push(sentence);
        if (readCount === texts.length && /was read again|go on/.test(sentence)) planned.resolve();
      },
      watching: (tasks) => watched.push(tasks.map(({ name }) => name)),
    },
    plan: async () => undefined,
  });
  for (const _ of texts) change();
  await planned.promise;
  const stored = (await store.readTasks()).map(({ name }) => name).sort();
  return { stored, notes, watched };
}

describe("reloadOnChange", () => {
  test("keeps and watches a task whose name is misspelt, and says why", async () => {
    const { stored, notes, watched } = await reload(entry("a") + entry("b", "nmae"));
    assert.deepEqual(stored, ["a", "b"]);
    assert.deepEqual(watched, [["a", "b"]]);
    assert.deepEqual(notes.slice(-2), [
      'Task "b" is kept as stored: an entry without a usable name may be it.',
      "t.toml was read again, 1 task: 0 added, 0 changed, 0 removed, 1 kept.",
    ]);
  });

  test("removes a task that is absent from a readable file", async () => {
    const { stored, notes } = await reload(entry("a"));
    assert.deepEqual(stored, ["a"]);
    assert.deepEqual(notes, ["t.toml was read again, 1 task: 0 added, 0 changed, 1 removed."]);
  });

  test("loses no task when a file is saved incompletely and then completely", async () => {
    const whole = entry("a") + entry("b") + entry("c");
    for (const half of ["", whole.slice(0, 10), whole.slice(0, -20), "tasks = []"]) {
      assert.deepEqual((await reload(half)).stored, ["a", "b"], half);
      const { stored, notes } = await reload(half, whole);
      assert.deepEqual(stored, ["a", "b", "c"], half);
      assert.equal(
        notes.at(-1),
        "t.toml was read again, 3 tasks: 1 added, 0 changed, 0 removed.",
        half,
      );
    }
  });

  test("keeps the last tasks running if no task of the file can run", async () => {
    const { stored, notes, watched } = await reload("");
    assert.deepEqual(stored, ["a", "b"]);
    assert.deepEqual(watched, []);
    assert.deepEqual(notes, [
      "t.toml: file holds no tasks: expected a list named tasks, task, urls or tcp",
      "t.toml has no task that can run: the last ones go on.",
    ]);
  });
});
