import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeLines, paint, statusColour, unpaint, wantsColours } from "../../terminal/paint.ts";

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

const UNSAFE: readonly (readonly [string, string])[] = [
  ["a\x1b]0;title\x07b", "a\\u001b]0;title\\u0007b"],
  ["\x1b[2J\x1b[31m", "\\u001b[2J\x1b[31m"],
  ["csi \x9b31m del \x7f", "csi \\u009b31m del \\u007f"],
  ["\u2028\u2029\u202e\u2066\ufeff", "\\u2028\\u2029\\u202e\\u2066\\ufeff"],
  ["one\ntwo\r", "one\ntwo\\u000d"],
  ["a,b\r\nc\rd\r\n", "a,b\r\nc\\u000dd\r\n"],
  ["Grüße 👍🏽 日本", "Grüße 👍🏽 日本"],
];

for (const [text, safe] of UNSAFE) {
  test(`escapeLines leaves nothing in ${JSON.stringify(text)} that steers a terminal`, () => {
    assert.equal(escapeLines(text, true), safe);
  });
}

test("escapeLines keeps colours only where they are wanted, and JSON as it is", () => {
  assert.equal(escapeLines("\x1b[31mred\x1b[0m", true), "\x1b[31mred\x1b[0m");
  assert.equal(escapeLines("\x1b[31mred", false), "\\u001b[31mred");
  const record = { name: "a\u0085\u2028\u202e\x7f\x1b\ud800", list: ["\n"] };
  const json = escapeLines(JSON.stringify(record, null, 2), false);
  assert.deepEqual(JSON.parse(json), record);
  assert.doesNotMatch(json, /[\u007f-\u009f\u2028\u2029\u202e]/);
});
