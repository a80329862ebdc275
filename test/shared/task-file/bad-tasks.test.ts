import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";

const FOLDER = new URL("../../bad-tasks/", import.meta.url);
const files = readdirSync(FOLDER);
const messages = files.filter((file) => file.endsWith(".txt"));

function textOf(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}

function fileOf(message: string): string {
  const stem = message.replace(/txt$/, "");
  return files.find((file) => file.startsWith(stem) && file !== message) ?? `${stem} is missing`;
}

test("bad-tasks has one message file for each bad file", () => {
  assert.ok(messages.length >= 40);
  assert.equal(files.length, 2 * messages.length);
});

for (const message of messages) {
  test(`readTaskFile says exactly what is wrong with ${fileOf(message)}`, () => {
    const file = fileOf(message);
    const { problems } = readTaskFile(file, textOf(file));
    const said = problems.map((problem) => `${problemSentence(problem)}\n`).join("");
    assert.equal(said, textOf(message));
  });
}
