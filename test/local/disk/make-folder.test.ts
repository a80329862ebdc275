import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { makeFolder } from "../../../local/disk/make-folder.ts";

const MODULE = new URL("../../../local/disk/make-folder.ts", import.meta.url).href;

describe("makeFolder", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test("makes what is missing, for its user only, and leaves what is there", () => {
    makeFolder(join(dir, "a b", "ü", "line\nbreak"));
    makeFolder(join(dir, "a b"));
    makeFolder("/");
    assert.equal(statSync(join(dir, "a b", "ü", "line\nbreak")).mode & 0o777, 0o700);
  });

  test("takes a link to a folder for one", () => {
    symlinkSync(dir, join(dir, "link"));
    makeFolder(join(dir, "link", "x"));
    assert.ok(existsSync(join(dir, "x")));
  });

  test("throws the error of the system for a file, a part that is one, and a circle of links", () => {
    writeFileSync(join(dir, "file"), "");
    symlinkSync("circle", join(dir, "circle"));
    assert.throws(() => makeFolder(join(dir, "file")), { code: "EEXIST" });
    assert.throws(() => makeFolder(join(dir, "file", "x", "y")), { code: "ENOTDIR" });
    assert.throws(() => makeFolder(join(dir, "circle", "x")), { code: "ELOOP" });
  });

  test("returns where the system says ENOENT for ever", (t) => {
    if (!existsSync("/proc/self")) return t.skip("needs procfs");
    // In a process of its own, because the fault was a loop that no signal ends.
    const code = `import { makeFolder } from ${JSON.stringify(MODULE)};
      for (const path of ["/proc/x", "/proc/x/y/z"]) {
        try { makeFolder(path); } catch (error) { console.log(error.code); }
      }`;
    const argv = ["--input-type=module", "-e", code];
    const options = { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" } as const;
    assert.equal(spawnSync(process.execPath, argv, options).stdout, "ENOTSUP\nENOTSUP\n");
  });
});
