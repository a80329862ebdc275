import { strict as assert } from "node:assert";
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { circlesOf } from "./circles.ts";
import { doorOf, readHouse, roomOf } from "./read-house.ts";

const house = readHouse();
const files = [...house.values()];
const roomed = files.filter(({ path }) => /^(shared|functions)\//.test(path));
const rooms = [...new Set(roomed.flatMap(({ path }) => roomOf(house, path) ?? []))].sort();

/** Base files of `shared/` and `functions/`: every room may import them. */
const BASE = [
  "shared/contract.ts",
  "shared/hash.ts",
  "shared/item-size.ts",
  "shared/sum-of.ts",
  "shared/units.ts",
  "functions/bundle-cache.ts",
  "functions/busy.ts",
  "functions/in-parallel.ts",
  "functions/read-alert-defaults.ts",
  "functions/read-environment.ts",
];

/** What is entered without a door: one port a file, and the functions' own entries. */
const isOpen = (path: string) =>
  BASE.includes(path) || path.startsWith("functions/ports/") || path.endsWith("/handler.ts");

/** A test may import the private files of the room that it mirrors. */
const viewpointOf = (path: string) => path.replace(/^test\//, "");

describe("a room", () => {
  it("is there for every file of shared/ and functions/", () => {
    const outside = roomed.filter(({ path }) => !isOpen(path) && roomOf(house, path) === null);
    assert.deepEqual(
      outside.map(({ path }) => path),
      [],
    );
  });

  it("is entered by its door alone", () => {
    const intrusions = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /^(shared|functions)\//.test(target) && !isOpen(target))
        .filter(({ target }) => !mayEnter(path, target))
        .map(({ target }) => `${path} imports ${target}`),
    );
    assert.deepEqual(intrusions, []);
  });

  it("has a README that names its door", () => {
    const without = rooms.filter((room) => {
      const readme = `${room}/README.md`;
      return !existsSync(readme) || !readFileSync(readme, "utf8").includes(doorOf(room));
    });
    assert.deepEqual(without, []);
  });

  it("imports rooms without a circle, types included", () => {
    const arrows = new Map(rooms.map((room) => [room, new Set<string>()]));
    for (const { path, imports } of roomed) {
      const from = roomOf(house, path);
      for (const { target } of imports) {
        const to = roomOf(house, target);
        if (from !== null && to !== null && from !== to) arrows.get(from)?.add(to);
      }
    }
    assert.deepEqual(circlesOf(arrows), []);
  });
});

describe("a file", () => {
  it("imports files without a circle, types included", () => {
    const arrows = new Map(
      files.map(({ path, imports }) => [path, new Set(imports.map(({ target }) => target))]),
    );
    assert.deepEqual(circlesOf(arrows), []);
  });

  it("exports only values that another file imports", () => {
    const used = new Set(
      files.flatMap(({ imports }) =>
        imports.flatMap(({ target, names }) => names.map((name) => `${target} ${name}`)),
      ),
    );
    const unused = files
      .filter(({ path }) => !isEntry(path))
      .flatMap(({ path, exports }) =>
        exports.flatMap(({ name, isValue }) => (isValue ? `${path} ${name}` : [])),
      )
      .filter((name) => !used.has(name));
    assert.deepEqual(unused, []);
  });

  it("imports by name, so that every arrow is seen", () => {
    const code = files.filter(({ path }) => !path.startsWith("test/"));
    const unseen = code.flatMap(({ path, text }) =>
      /^(?:import|export) (?:type )?\*|^import "\.|require\("\./m.test(text) ? path : [],
    );
    assert.deepEqual(unseen, []);
  });

  it("says of each export in one sentence what it is", () => {
    const silent = files
      .filter(({ path }) => !/^(test|bench)\//.test(path))
      .flatMap(({ path, exports }) =>
        exports.flatMap(({ name, isDocumented }) => (isDocumented ? [] : `${path} ${name}`)),
      );
    assert.deepEqual(silent, []);
  });

  it("declares what it exports to call as a function", () => {
    const arrows = roomed.flatMap(({ path, exports }) =>
      exports.flatMap(({ name, isArrow }) =>
        isArrow && name !== "handler" ? `${path} ${name}` : [],
      ),
    );
    assert.deepEqual(arrows, []);
  });
});

describe("shared/", () => {
  it("has no more flat files than its base", () => {
    const flat = files.filter(({ path }) => dirname(path) === "shared");
    assert.deepEqual(
      flat.map(({ path }) => path),
      BASE.filter((path) => dirname(path) === "shared"),
    );
  });
});

function mayEnter(path: string, target: string): boolean {
  const room = roomOf(house, target);
  if (room === null || target === doorOf(room)) return true;
  const viewpoint = viewpointOf(path);
  if (!path.startsWith("test/")) return roomOf(house, path) === room;
  return viewpoint.startsWith(`${room}/`);
}

/** Files that something else than an import begins. */
function isEntry(path: string): boolean {
  return (
    /\/handler\.ts$|\.test\.ts$|-worker\.ts$|function-host\.ts$|\.d\.ts$/.test(path) ||
    ["cdk/app.ts", "cli/synfleet.ts", "local/start.ts", "web/page/main.tsx"].includes(path) ||
    path.startsWith("cdk/recipes/") ||
    path.endsWith("/function-credentials.ts") ||
    // Takes the place of `node:test` when a mutant runs.
    path === "bench/mutants/worker/test-runner.ts"
  );
}
