import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { diskReason } from "../../../local/disk/disk-report.ts";
import { openLogFile } from "../../../local/fleet/log-file.ts";

const MODULE = new URL("../../../local/fleet/log-file.ts", import.meta.url).href;

describe("openLogFile", () => {
  let dir = "";
  let said: string[] = [];
  const disk = {
    failed: (what: string, error: unknown) => void said.push(`${what}: ${diskReason(error)}`),
    worked: (what: string) => void said.push(`${what} works`),
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    said = [];
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test("drops what can't be written, tells why, and goes on when the folder is back", () => {
    const folder = join(dir, "data");
    const path = join(folder, "log.jsonl");
    const log = openLogFile(path, disk);
    log.write("lost\n");
    assert.deepEqual(said, ["The log: no such file or directory"]);
    mkdirSync(folder);
    log.write("kept\n");
    assert.equal(said.at(-1), "The log works");
    assert.equal(readFileSync(path, "utf8"), "kept\n");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    rmSync(folder, { recursive: true });
    log.write("lost\n");
    mkdirSync(folder);
    log.write("kept again\n");
    assert.equal(readFileSync(path, "utf8"), "kept again\n");
  });

  test("does not throw if a full file can't be renamed", () => {
    const path = join(dir, "log.jsonl");
    const log = openLogFile(path, disk);
    mkdirSync(join(path, "..", "log.jsonl.1", "x"), { recursive: true });
    log.write(`${"x".repeat(11 * 1024 * 1024)}\n`);
    log.write("lost\n");
    assert.match(said.at(-1) ?? "", /^The log: /);
    rmSync(join(dir, "log.jsonl.1"), { recursive: true });
    log.write("kept\n");
    assert.equal(readFileSync(path, "utf8"), "kept\n");
    assert.ok(existsSync(`${path}.1`));
  });

  // A limit of the process on the size of a file refuses the rest of a write, as a full disk does.
  test("leaves no part of a text that the disk has no room for", () => {
    const path = join(dir, "log.jsonl");
    const script = `
      import { openLogFile } from ${JSON.stringify(MODULE)};
      const disk = { failed: (what, { code }) => console.log(code), worked: () => {} };
      const log = openLogFile(${JSON.stringify(path)}, disk);
      log.write("first\\n");
      log.write("x".repeat(2000) + "\\n");
      log.write("last\\n");`;
    const command = `ulimit -f 1; exec "$0" --input-type=module -e "$1"`;
    const run = spawnSync("bash", ["-c", command, process.execPath, script], { encoding: "utf8" });
    assert.equal(run.stdout, "EFBIG\n", run.stderr);
    assert.equal(readFileSync(path, "utf8"), "first\nlast\n");
  });
});
