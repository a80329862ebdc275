import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { type Walk, walkTheWay } from "./walk-the-way.ts";

/** A reader follows one check from task to event in at most so many files. */
const MOST_FILES = 45;

const page = readFileSync(new URL("../../docs/the-way.md", import.meta.url), "utf8");
const [, wayPart = "", besidePart = ""] = page.split(/^## .*$/m);
const pathsIn = (part: string, column: number) =>
  part
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes("`"))
    .flatMap((line) => /`([^`]+)`/.exec(line.split("|")[column] ?? "")?.[1] ?? []);
const way = pathsIn(wayPart, 2);
const beside = pathsIn(besidePart, 1);

let walk: Walk;
before(async () => {
  walk = await walkTheWay();
});

describe("the way of one check", () => {
  it("ends with an event that says what became of the port", () => {
    assert.equal(walk.event.state, "CRITICAL");
    assert.equal(walk.event.error_kind, "refused");
    assert.match(String(walk.event.summary), / refused from 1 of 1 region since /);
  });

  it(`is read in at most ${MOST_FILES} files, each once`, () => {
    assert.ok(way.length > 30, `${way.length} files on the page`);
    assert.ok(way.length <= MOST_FILES, `${way.length} files on the page`);
    assert.equal(new Set(way).size, way.length);
  });

  it("passes through each file of the page", () => {
    const ran = new Set(walk.files);
    assert.deepEqual(
      way.filter((file) => !ran.has(file)),
      [],
    );
  });

  it("passes through no file that the page does not have", () => {
    const isOnPage = (file: string) =>
      way.includes(file) ||
      beside.some((path) => (path.endsWith("/") ? file.startsWith(path) : file === path));
    assert.deepEqual(
      walk.files.filter((file) => !isOnPage(file)),
      [],
    );
  });
});
