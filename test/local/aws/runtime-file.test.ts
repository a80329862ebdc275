import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { defaultFleet } from "../../../local/aws/local-fleet.ts";
import {
  ACCESS_KEY,
  accessKeyOf,
  readRuntime,
  rememberRuntime,
} from "../../../local/aws/runtime-file.ts";

const RUNTIME = { role: "fleet", database: "http://127.0.0.1:1", events: null } as const;

describe("rememberRuntime", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "synfleet-"));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  test("lets nobody else read the access key, also in a folder of everybody and over an old file", () => {
    chmodSync(dir, 0o777);
    const path = join(dir, "runtime.json");
    for (const old of [path, `${path}.${process.pid}`]) {
      writeFileSync(old, "{}");
      chmodSync(old, 0o666);
    }
    rememberRuntime(dir, { ...RUNTIME, fleet: defaultFleet() });
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(readRuntime(dir)?.accessKey, ACCESS_KEY);
  });
});

test("accessKeyOf has a key for the endpoints of a version that takes any", () => {
  assert.equal(accessKeyOf({ accessKey: "k1" }), "k1");
  assert.notEqual(accessKeyOf({}), "");
});
