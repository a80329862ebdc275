import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLocalData } from "../../../local/aws/local-data.ts";
import { keepPrivate } from "../../../local/aws/private-files.ts";

/** What everybody could read: the files of an earlier version in a folder of the user. */
const OPEN = ["runtime.json", "log.jsonl", "log.jsonl.1", "alerts.jsonl", "database/000005.ldb"];
const FOREIGN = ["notes.txt", "mine/database"];

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test("keepPrivate closes the files of the data, old and new, and leaves everything else", async () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  process.umask(0o022);
  for (const folder of ["database", "lock", "mine"]) mkdirSync(join(dir, folder));
  for (const name of [...OPEN, ...FOREIGN]) writeFileSync(join(dir, name), "");
  chmodSync(dir, 0o755);
  keepPrivate(dir);
  keepPrivate(join(dir, "absent"));
  for (const name of OPEN) assert.equal(modeOf(join(dir, name)), "600", name);
  for (const name of ["database", "lock"]) assert.equal(modeOf(join(dir, name)), "700", name);
  for (const name of FOREIGN) assert.equal(modeOf(join(dir, name)), "644", name);
  assert.equal(modeOf(dir), "755");
  writeFileSync(join(dir, "new"), "");
  assert.equal(modeOf(join(dir, "new")), "600");
  rmSync(dir, { recursive: true });
});

test("keepPrivate leaves a folder of another program, whatever its name", () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  process.umask(0o022);
  mkdirSync(join(dir, "database"));
  for (const name of ["schema.sql", "000005.ldb"]) writeFileSync(join(dir, "database", name), "");
  keepPrivate(dir);
  assert.equal(modeOf(join(dir, "database")), "755");
  assert.equal(modeOf(join(dir, "database", "schema.sql")), "644");
  rmSync(dir, { recursive: true });
});

test("openLocalData keeps private what it creates, whatever the folder is", async () => {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  chmodSync(dir, 0o777);
  process.umask(0);
  await (await openLocalData(dir)).close();
  for (const name of ["database/CURRENT", "database/LOCK", "lock/CURRENT"]) {
    assert.equal(modeOf(join(dir, name)), "600", name);
  }
  assert.equal(modeOf(join(dir, "database")), "700");
  rmSync(dir, { recursive: true });
});
