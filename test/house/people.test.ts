import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { circlesOf } from "./circles.ts";
import { readHouse } from "./read-house.ts";

const files = [...readHouse().values()].filter(({ path }) => /^(local|cli|terminal)\//.test(path));
const folders = [...new Set(files.map(({ path }) => dirname(path)))].sort();

/** What `cli/` may use of `local/`: opening the local data, the targets of messages, and no more. */
const OPENINGS = [
  "local/agent/agent.ts",
  "local/agent/status.ts",
  "local/aws/local-data.ts",
  "local/user-targets.ts",
];

describe("a room of local/, cli/ and terminal/", () => {
  it("has a README", () => {
    const without = folders.filter((folder) => !existsSync(`${folder}/README.md`));
    assert.deepEqual(without, []);
  });

  it("imports rooms without a circle, types included", () => {
    const arrows = new Map(folders.map((folder) => [folder, new Set<string>()]));
    for (const { path, imports } of files) {
      const from = dirname(path);
      for (const { target } of imports) {
        if (dirname(target) !== from) arrows.get(from)?.add(dirname(target));
      }
    }
    assert.deepEqual(circlesOf(arrows), []);
  });

  it("of local/ and cli/ is entered from the other one only to open the local data, to read targets and to run an agent", () => {
    const across = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /^(local|cli)\//.test(target) && !OPENINGS.includes(target))
        .filter(({ target }) => target.split("/")[0] !== path.split("/")[0])
        .map(({ target }) => `${path} imports ${target}`),
    );
    assert.deepEqual(across, []);
  });
});

describe("a file that begins to work when it is loaded", () => {
  it("is imported by no other file", () => {
    const begins = /(-worker|\/function-host)\.ts$|^(local\/start|cli\/synfleet)\.ts$/;
    const importers = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => begins.test(target) && !target.endsWith("/function-worker.ts"))
        .map(({ target }) => `${path} imports ${target}`),
    );
    assert.deepEqual(importers, []);
  });
});
