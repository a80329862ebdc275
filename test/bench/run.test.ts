import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const RUN = fileURLToPath(new URL("../../bench/run.ts", import.meta.url));

function runBench(...words: readonly string[]) {
  return spawnSync(process.execPath, [RUN, ...words], { encoding: "utf8" });
}

test("npm run bench -- --help names every bench with what it measures, and runs none", () => {
  const { status, stdout, stderr } = runBench("--help");
  assert.equal(status, 0);
  assert.equal(stderr, "");
  const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
  assert.ok(lines.length > 10);
  for (const line of lines) {
    const [, name = ""] = /^ {2}([\w/-]+) +\S/.exec(line) ?? [];
    assert.ok(existsSync(new URL(`../../bench/${name}.ts`, import.meta.url)), line);
  }
});

test("npm run bench refuses a name that is no bench", () => {
  const { status, stderr } = runBench("nothing");
  assert.equal(status, 2);
  assert.match(stderr, /^No bench is named nothing\./);
});
