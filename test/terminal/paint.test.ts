import assert from "node:assert/strict";
import { test } from "node:test";
import { paint, statusColour, unpaint, wantsColours } from "../../terminal/paint.ts";

test("wantsColours needs a terminal whose owner has not declined", () => {
  assert.equal(wantsColours(true, {}), true);
  assert.equal(wantsColours(false, {}), false);
  assert.equal(wantsColours(true, { NO_COLOR: "1" }), false);
  assert.equal(wantsColours(true, { NO_COLOR: "" }), true);
  assert.equal(wantsColours(true, { TERM: "dumb" }), false);
});

test("paint writes the codes of a colour, and none without a colour or on plain output", () => {
  assert.equal(paint("a", "green", true), "\u001b[32ma\u001b[0m");
  assert.equal(paint("a", "red", true), "\u001b[31ma\u001b[0m");
  assert.equal(paint("a", "yellow", true), "\u001b[33ma\u001b[0m");
  assert.equal(paint("a", "dim", true), "\u001b[2ma\u001b[0m");
  assert.equal(paint("a", null, true), "a");
  assert.equal(paint("a", "green", false), "a");
});

test("unpaint removes colours, and does not change a plain text", () => {
  assert.equal(unpaint(`${paint("a", "red", true)} b`), "a b");
  assert.equal(unpaint("a [31mb"), "a [31mb");
});

test("statusColour takes a task's status and an event's severity", () => {
  const cases: [string, string | null][] = [
    ["OK", "green"],
    ["ok", "green"],
    ["WARNING", "yellow"],
    ["NO_DATA", "yellow"],
    ["CRITICAL", "red"],
    ["-", null],
    ["constructor", null],
  ];
  for (const [word, colour] of cases) assert.equal(statusColour(word), colour, word);
});
