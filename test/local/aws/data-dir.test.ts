import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isDataDir } from "../../../local/aws/data-dir.ts";

test("isDataDir takes an empty folder and one with data, and no other folder, file or nothing", () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-data-dir-"));
  const folder = (name: string, ...files: readonly string[]): string => {
    mkdirSync(join(dir, name));
    for (const file of files) writeFileSync(join(dir, name, file), "{}");
    return join(dir, name);
  };
  assert.equal(isDataDir(folder("empty")), true);
  assert.equal(isDataDir(folder("running", "log.jsonl", "runtime.json")), true);
  const used = folder("used", "log.jsonl");
  mkdirSync(join(used, "database"));
  assert.equal(isDataDir(used), true);
  const home = folder("home", "notes.txt");
  assert.equal(isDataDir(home), false);
  assert.equal(isDataDir(join(home, "notes.txt")), false);
  assert.equal(isDataDir(join(home, "notes.txt", "x")), false);
  assert.equal(isDataDir(join(dir, "nowhere")), false);
  rmSync(dir, { recursive: true });
});
