import assert from "node:assert/strict";
import { test } from "node:test";
import { escapeText, unescapeText } from "../../../../shared/task/deep/escapes.ts";
import { groupNames } from "../../../../shared/task/deep/patterns.ts";
import { hasOpenPlace, templateParts } from "../../../../shared/task/deep/template.ts";

const text = (text: string) => ({ kind: "text", text }) as const;
const label = (label: string) => ({ kind: "label", label }) as const;
const secret = (reference: string) => ({ kind: "secret", reference }) as const;

const PARTS: readonly (readonly [text: string, parts: readonly object[]])[] = [
  ["", []],
  ["a", [text("a")]],
  ["\x24{a}", [label("a")]],
  ["b\x24{a}c", [text("b"), label("a"), text("c")]],
  ["\x24{a}\x24{b}", [label("a"), label("b")]],
  ["\x24\x24{a}", [text("\x24{a}")]],
  ["\x24\x24\x24{a}", [text("\x24\x24{a}")]],
  ["\x24a{b}", [text("\x24a{b}")]],
  ["\x24{ssm:/a/b}!", [secret("ssm:/a/b"), text("!")]],
  ["\x24{secretsmanager:a@1}", [secret("secretsmanager:a@1")]],
  ["\x24{file:/a b}", [secret("file:/a b")]],
  ["\x24{http:a}", [label("http:a")]],
  ["\x24{}", [label("")]],
];

for (const [given, parts] of PARTS)
  test(`templateParts of ${JSON.stringify(given)}`, () => {
    assert.deepEqual(templateParts(given), parts);
  });

test("hasOpenPlace finds a place without its end", () => {
  for (const open of ["\x24{", "a\x24{b", "\x24{a}\x24{b", "\x24\x24{\x24{"])
    assert.equal(hasOpenPlace(open), true, open);
  for (const closed of ["", "\x24", "{", "\x24\x24{", "\x24{a}", "\x24\x24{a}{", "\x24{a"])
    assert.equal(hasOpenPlace(closed), closed === "\x24{a", closed);
});

test("unescapeText knows its escapes and no others", () => {
  assert.deepEqual(unescapeText("\\r\\n\\t\\0\\\\\\x7f\\x0A"), { text: "\r\n\t\0\\\x7f\n" });
  for (const odd of ["\\q", "\\", "\\x", "\\x8", "\\x80", "\\xfg", "\\u0041", "\\\n"])
    assert.match(unescapeText(odd).rule ?? "", /^has \\.*, but the escapes are \\r, /, odd);
});

test("escapeText writes controls so that unescapeText reads them", () => {
  assert.equal(escapeText("\r\n\t\0\\\x1b\x7fé\u0085"), "\\r\\n\\t\\0\\\\\\x1b\\x7fé\u0085");
});

test("groupNames finds the names of groups, not what looks like them", () => {
  assert.deepEqual(groupNames("(?P<a>x)(?:y)(?<b_1>z)"), ["a", "b_1"]);
  assert.deepEqual(groupNames("\\(?P<a>[(?P<b>]\\Q(?P<c>\\E[^](?P<d>]"), []);
  assert.deepEqual(groupNames("[\\]](?P<a>x)[[:alpha:](?P<b>](?P<c>x)"), ["a", "c"]);
  assert.deepEqual(groupNames("\\Q(?P<a>x)"), []);
});
