import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { findPatternFault } from "../../../functions/patterns/patterns.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";

const DOCS = new URL("../../../docs/", import.meta.url);
const PHASES = readdirSync(new URL("phases/", DOCS)).map((page) => `phases/${page}`);
const PLAIN = '[[tasks]]\nname = "t"\nhost = "example.com:443"\nschedule_seconds = 3600\n';

for (const page of [...PHASES, "task-files.md"]) {
  const text = readFileSync(new URL(page, DOCS), "utf8");
  // JSON in the other pages is a record or an event.
  const examples = [...text.matchAll(/^```(toml|yaml|json)\n([\s\S]*?)^```/gm)].filter(
    ([, format]) => format === "toml" || page === "task-files.md",
  );
  examples.forEach(([, format, example = ""], i) => {
    test(`readTaskFile reads example ${i + 1} of ${page}, which is there to be copied`, () => {
      const isPart = format === "toml" && !example.includes("[tasks");
      const whole = isPart ? `${PLAIN}${example}` : example;
      const { problems, tasks } = readTaskFile(`example.${format}`, whole, { findPatternFault });
      assert.deepEqual(problems.map(problemSentence), []);
      assert.ok(tasks.length > 0);
    });
  });
}

test("the examples of task-files.md make the tasks that the page names", () => {
  const text = readFileSync(new URL("task-files.md", DOCS), "utf8");
  const [, defaults = "", , lists = ""] = text
    .split(/^```toml\n/m)
    .map((part) => part.split("```")[0]);
  assert.deepEqual(readTaskFile("a.toml", defaults).tasks[1]?.tags, { stage: "prod", team: "web" });
  assert.deepEqual(
    readTaskFile("a.toml", lists).tasks.map(({ name }) => name),
    ["a.example.com 22", "a.example.com 443", "b.example.com 22", "b.example.com 443"],
  );
});
