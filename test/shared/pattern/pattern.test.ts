import assert from "node:assert/strict";
import { test } from "node:test";
import { findPatternFault } from "../../../shared/pattern/pattern.ts";

for (const pattern of [
  "^220 ",
  "(?P<software>\\S+)",
  "(?i)ok$",
  "\\p{Greek}",
  "\\Qa.b\\E",
  "a{100}",
])
  test(`findPatternFault finds nothing wrong with ${pattern}`, () => {
    assert.equal(findPatternFault(pattern), null);
  });

const FAULTS: readonly (readonly [pattern: string, fault: string])[] = [
  ["a(", "missing closing )"],
  ["[a-", "missing closing ]"],
  ["(?=a)", "invalid or unsupported Perl syntax"],
  ["\\1", "invalid escape sequence"],
  ["*", "missing argument to repetition operator"],
  ["a{1001}", "invalid repeat count"],
  ["(?P<a>x)(?P<a>y)", "duplicate capture group name"],
  [".{600}", "it has 602 instructions, at most 500"],
];

for (const [pattern, fault] of FAULTS)
  test(`findPatternFault says that ${pattern} is wrong: ${fault}`, () => {
    assert.equal(findPatternFault(pattern), fault);
  });
