import assert from "node:assert/strict";
import { test } from "node:test";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFiles } from "../../../shared/task-file/read-task-files.ts";

function text(file: string, ...names: readonly string[]) {
  const tasks = names.map((name) => ({ name, host: "a.example:22", schedule_seconds: 60 }));
  return { file, text: JSON.stringify({ tasks }) };
}

test("readTaskFiles puts the tasks of all files together", () => {
  const read = readTaskFiles([text("a.json", "one"), text("b.json", "two", "three")]);
  assert.deepEqual(
    read.tasks.map((task) => task.name),
    ["one", "two", "three"],
  );
  assert.deepEqual(read.problems, []);
});

test("readTaskFiles gives a name that two files have to the first", () => {
  const read = readTaskFiles([text("a.json", "one"), text("b.json", "one", "two")]);
  assert.deepEqual(
    read.tasks.map((task) => task.name),
    ["one", "two"],
  );
  assert.deepEqual(read.problems.map(problemSentence), [
    'b.json: Task "one": name must be unique, but a.json has a task of this name too, is "one"',
  ]);
});

test("readTaskFiles takes a name with blanks at its ends for the same name", () => {
  const read = readTaskFiles([text("a.json", "one "), text("b.json", "\u00a0one", "o ne")]);
  assert.deepEqual(
    read.tasks.map((task) => task.name),
    ["one", "o ne"],
  );
  assert.deepEqual(read.problems.map(problemSentence), [
    'b.json: Task "one": name must be unique, but a.json has a task of this name too, is "one"',
  ]);
});

test("readTaskFiles goes on after a file that can't be read", () => {
  const read = readTaskFiles([{ file: "a.toml", text: "[[tasks" }, text("b.json", "two")]);
  assert.deepEqual(
    read.tasks.map((task) => task.name),
    ["two"],
  );
  assert.equal(read.problems[0]?.file, "a.toml");
});
