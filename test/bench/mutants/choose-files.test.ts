import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { filesChanged, filesUnder } from "../../../bench/mutants/choose-files.ts";
import { testsNear } from "../../../bench/mutants/choose-tests.ts";
import { distancesFrom } from "../../../bench/mutants/import-graph.ts";
import { OptionsError, readOptions } from "../../../bench/mutants/read-options.ts";

const GRAPH = new Map([
  ["test/shared/b.test.ts", ["shared/b.ts"]],
  ["test/shared/a.test.ts", ["shared/b.ts", "shared/a.ts"]],
  ["test/functions/c.test.ts", ["shared/a.ts"]],
  ["shared/b.ts", ["shared/a.ts"]],
  ["shared/a.ts", []],
]);
const FILES = ["shared/a.ts", "shared/b.ts", "shared/bee/c.ts"];

test("filesUnder takes files and folders by their whole names", () => {
  assert.deepEqual(filesUnder(FILES, ["./shared/a.ts"]), ["shared/a.ts"]);
  assert.deepEqual(filesUnder(FILES, ["shared/b"]), []);
  assert.deepEqual(filesUnder(FILES, ["shared/bee/"]), ["shared/bee/c.ts"]);
  assert.deepEqual(filesUnder(FILES, ["shared"]), FILES);
});

test("filesChanged takes changed files and what changed tests import", () => {
  assert.deepEqual(filesChanged(FILES, ["shared/a.ts", "README.md"], GRAPH), ["shared/a.ts"]);
  assert.deepEqual(filesChanged(FILES, ["test/shared/b.test.ts"], GRAPH), ["shared/b.ts"]);
  assert.deepEqual(filesChanged(FILES, ["test/shared/gone.test.ts"], GRAPH), []);
});

test("distancesFrom counts the imports on the shortest way", () =>
  assert.deepEqual(
    [...distancesFrom(GRAPH, "test/shared/a.test.ts")],
    [
      ["test/shared/a.test.ts", 0],
      ["shared/b.ts", 1],
      ["shared/a.ts", 1],
    ],
  ));

test("testsNear puts a file's own test first, then its folder's, then those further away", () =>
  assert.deepEqual(testsNear(GRAPH, [...GRAPH.keys()].slice(0, 3), "shared/a.ts"), [
    "test/shared/a.test.ts",
    "test/functions/c.test.ts",
    "test/shared/b.test.ts",
  ]));

describe("readOptions", () => {
  const usual = {
    paths: [],
    changedSince: undefined,
    seconds: null,
    seed: "1",
    jobs: 2,
    json: false,
  };
  const CASES = [
    [[], usual],
    [
      ["shared/slot/schedule.ts", "functions/probe"],
      { ...usual, paths: ["shared/slot/schedule.ts", "functions/probe"] },
    ],
    [["--changed"], { ...usual, changedSince: null }],
    [
      ["--changed", "HEAD~3", "--seconds", "100"],
      { ...usual, changedSince: "HEAD~3", seconds: 100 },
    ],
    [["--seed", "abc", "--jobs=4", "--json"], { ...usual, seed: "abc", jobs: 4, json: true }],
    [["--help"], "help"],
  ] as const;
  for (const [argv, options] of CASES)
    test(`of "${argv.join(" ")}"`, () => assert.deepEqual(readOptions(argv), options));

  for (const argv of [["--seconds", "0"], ["--jobs", "x"], ["--changed", "a", "b"], ["--colour"]])
    test(`refuses "${argv.join(" ")}"`, () => assert.throws(() => readOptions(argv), OptionsError));
});
