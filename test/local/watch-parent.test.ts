import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { isAlive, readRuntime } from "../../local/aws/runtime-file.ts";
import { isNpmStart, watchParent } from "../../local/watch-parent.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

describe("watchParent", () => {
  test("calls once when the parent is another one, as after the end of the first", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    let parent = 500;
    let calls = 0;
    watchParent(
      () => {
        calls += 1;
      },
      () => parent,
    );
    t.mock.timers.tick(10_000);
    assert.equal(calls, 0);
    parent = 1;
    t.mock.timers.tick(10_000);
    assert.equal(calls, 1);
  });

  test("isNpmStart is true for the start script of this package only", () => {
    const file = "/app/package.json";
    const environment = { npm_lifecycle_event: "start", npm_package_json: file };
    assert.equal(isNpmStart(environment, file), true);
    assert.equal(isNpmStart({ ...environment, npm_lifecycle_event: "dev" }, file), false);
    assert.equal(
      isNpmStart({ ...environment, npm_package_json: "/other/package.json" }, file),
      false,
    );
    assert.equal(isNpmStart({}, file), false);
  });
});

describe("npm start under a supervisor", { timeout: 60_000 }, () => {
  let dir = "";
  let npm: ChildProcess;
  let output: Promise<string>;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
    const tasks = join(dir, "tasks.json");
    writeFileSync(
      tasks,
      '{"tasks": [{"name": "t", "schedule_seconds": 60, "host": "127.0.0.1:1"}]}',
    );
    const argv = [
      "start",
      "--silent",
      "--",
      "--json",
      "--no-page",
      "--data",
      dir,
      "--tasks",
      tasks,
    ];
    npm = spawn("npm", argv, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    assert.ok(npm.stdout !== null);
    output = text(npm.stdout);
    await once(npm.stdout, "data");
  });
  afterEach(() => {
    npm.kill("SIGKILL");
    // A fleet that ended in order has no runtime file.
    const left = readRuntime(dir)?.pid;
    if (left !== undefined && isAlive(left)) process.kill(left, "SIGKILL");
    rmSync(dir, { recursive: true, maxRetries: 5 });
  });

  test("ends in order, and npm after it, when npm gets SIGTERM", async () => {
    npm.kill("SIGTERM");
    assert.deepEqual(await once(npm, "exit"), [0, null]);
    assert.match(await output, /"kind":"stopped","reason":"SIGTERM"/);
  });

  test("ends in order when npm is killed", async () => {
    npm.kill("SIGKILL");
    assert.match(await output, /"kind":"stopped","reason":"npm has ended"/);
  });
});
