import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { findPatternFault } from "../../../functions/patterns/patterns.ts";
import { problemSentence } from "../../../shared/input/input.ts";
import { readTaskFile } from "../../../shared/task-file/read-task-file.ts";

const FOLDER = new URL("../../../docs/phases/", import.meta.url);
const PLAIN = '[[tasks]]\nname = "t"\nhost = "example.com:443"\nschedule_seconds = 3600\n';

for (const page of readdirSync(FOLDER)) {
  const text = readFileSync(new URL(page, FOLDER), "utf8");
  const examples = [...text.matchAll(/^```toml\n([\s\S]*?)^```/gm)].map(([, toml = ""]) => toml);
  examples.forEach((toml, i) => {
    test(`readTaskFile reads example ${i + 1} of ${page}, which is there to be copied`, () => {
      const whole = toml.includes("[tasks") ? toml : `${PLAIN}${toml}`;
      const { problems, tasks } = readTaskFile("example.toml", whole, { findPatternFault });
      assert.deepEqual(problems.map(problemSentence), []);
      assert.ok(tasks.length > 0);
    });
  });
}
