import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PatternError } from "../../../local/events/event-comparator.ts";
import { parseEventPattern } from "../../../local/events/event-pattern.ts";

interface Case {
  readonly pattern: object;
  readonly matches: readonly object[];
  readonly refuses: readonly object[];
}

const CASES: Readonly<Record<string, Case>> = {
  "one of the listed values": {
    pattern: { state: ["OK", "WARNING"] },
    matches: [{ state: "OK" }, { state: "WARNING", other: 1 }],
    refuses: [{ state: "ok" }, { state: "CRITICAL" }, {}, { state: null }],
  },
  "every named field": {
    pattern: { source: ["synfleet"], detail: { state: ["OK"] } },
    matches: [{ source: "synfleet", detail: { state: "OK" } }],
    refuses: [
      { source: "synfleet", detail: {} },
      { source: "x", detail: { state: "OK" } },
    ],
  },
  "numbers, booleans and null as themselves": {
    pattern: { a: [1, true, null] },
    matches: [{ a: 1 }, { a: 1.0 }, { a: true }, { a: null }],
    refuses: [{ a: "1" }, { a: "true" }, { a: "" }, {}, { a: false }],
  },
  "an empty text, which is not null": {
    pattern: { a: [""] },
    matches: [{ a: "" }],
    refuses: [{ a: null }, {}],
  },
  "a list that shares a value": {
    pattern: { tags: ["b", "c"] },
    matches: [{ tags: ["a", "b"] }, { tags: "c" }],
    refuses: [{ tags: ["a"] }, { tags: [] }],
  },
  "fields of the same object in a list": {
    pattern: { votes: { region: ["eu"], vote: ["breach"] } },
    matches: [{ votes: [{ region: "us" }, { region: "eu", vote: "breach" }] }],
    refuses: [
      {
        votes: [
          { region: "eu", vote: "fine" },
          { region: "us", vote: "breach" },
        ],
      },
    ],
  },
  prefix: {
    pattern: { a: [{ prefix: "eu-" }] },
    matches: [{ a: "eu-west-1" }, { a: "eu-" }],
    refuses: [{ a: "EU-west-1" }, { a: "xeu-" }, { a: 1 }, {}],
  },
  "prefix whatever its case": {
    pattern: { a: [{ prefix: { "equals-ignore-case": "EU-" } }] },
    matches: [{ a: "eu-west-1" }, { a: "Eu-x" }],
    refuses: [{ a: "us-eu-" }],
  },
  suffix: {
    pattern: { a: [{ suffix: ":22" }] },
    matches: [{ a: "host:22" }],
    refuses: [{ a: "host:220" }, { a: 22 }],
  },
  "suffix whatever its case": {
    pattern: { a: [{ suffix: { "equals-ignore-case": ".COM" } }] },
    matches: [{ a: "x.com" }, { a: "x.Com" }],
    refuses: [{ a: "x.com." }],
  },
  "equals-ignore-case": {
    pattern: { a: [{ "equals-ignore-case": "Critical" }] },
    matches: [{ a: "CRITICAL" }, { a: "critical" }],
    refuses: [{ a: "critical!" }, { a: null }],
  },
  "anything-but one value": {
    pattern: { a: [{ "anything-but": "OK" }] },
    matches: [{ a: "WARNING" }, { a: 1 }, { a: null }, { a: ["OK", "x"] }],
    refuses: [{ a: "OK" }, {}, { a: ["OK"] }],
  },
  "anything-but a list": {
    pattern: { a: [{ "anything-but": [100, 200] }] },
    matches: [{ a: 300 }, { a: "100" }],
    refuses: [{ a: 100 }, { a: 200 }],
  },
  "anything-but a prefix": {
    pattern: { a: [{ "anything-but": { prefix: "init" } }] },
    matches: [{ a: "run" }],
    refuses: [{ a: "initial" }, {}],
  },
  "anything-but prefixes": {
    pattern: { a: [{ "anything-but": { prefix: ["init", "err"] } }] },
    matches: [{ a: "run" }],
    refuses: [{ a: "initial" }, { a: "error" }],
  },
  "anything-but suffixes": {
    pattern: { a: [{ "anything-but": { suffix: ["1", "2"] } }] },
    matches: [{ a: "x3" }],
    refuses: [{ a: "x1" }, { a: "x2" }],
  },
  "anything-but whatever its case": {
    pattern: { a: [{ "anything-but": { "equals-ignore-case": ["ok", "warning"] } }] },
    matches: [{ a: "critical" }],
    refuses: [{ a: "OK" }, { a: "Warning" }],
  },
  "anything-but wildcards": {
    pattern: { a: [{ "anything-but": { wildcard: ["*/bin/*", "x*"] } }] },
    matches: [{ a: "/usr/lib/y" }],
    refuses: [{ a: "/usr/bin/y" }, { a: "xy" }],
  },
  "numeric in a range": {
    pattern: { a: [{ numeric: [">", 0, "<=", 5] }] },
    matches: [{ a: 0.001 }, { a: 5 }],
    refuses: [{ a: 0 }, { a: 5.001 }, { a: "3" }, {}],
  },
  "numeric equality": {
    pattern: { a: [{ numeric: ["=", 301.8] }] },
    matches: [{ a: 301.8 }, { a: 3.018e2 }],
    refuses: [{ a: 301 }],
  },
  "numeric below and at least": {
    pattern: { a: [{ numeric: ["<", -1] }, { numeric: [">=", 1] }] },
    matches: [{ a: -1.5 }, { a: 1 }],
    refuses: [{ a: -1 }, { a: 0.5 }],
  },
  "exists: true": {
    pattern: { detail: { error_kind: [{ exists: true }] } },
    matches: [{ detail: { error_kind: null } }, { detail: { error_kind: "" } }],
    refuses: [{ detail: {} }, { detail: { error_kind: { deep: 1 } } }],
  },
  "exists: false, at leaves only": {
    pattern: { detail: { error_kind: [{ exists: false }] } },
    matches: [{ detail: {} }, {}, { detail: { error_kind: { deep: 1 } } }],
    refuses: [{ detail: { error_kind: null } }],
  },
  "absent or a value": {
    pattern: { a: [{ exists: false }, "x"] },
    matches: [{}, { a: "x" }],
    refuses: [{ a: "y" }],
  },
  wildcard: {
    pattern: { a: [{ wildcard: "Demo*up*" }] },
    matches: [{ a: "Demo: always up" }, { a: "Demoup" }, { a: "Demo\nup!" }],
    refuses: [{ a: "demo up" }, { a: "xDemo up" }, { a: "Demo" }],
  },
  "wildcard with everything else taken literally": {
    pattern: { a: [{ wildcard: "a.b\\*c\\\\d*" }] },
    matches: [{ a: "a.b*c\\d" }, { a: "a.b*c\\d…" }],
    refuses: [{ a: "axb*c\\d" }, { a: "a.bxc\\d" }],
  },
  "cidr, IPv4": {
    pattern: { a: [{ cidr: "10.1.0.0/16" }] },
    matches: [{ a: "10.1.255.255" }],
    refuses: [{ a: "10.2.0.0" }, { a: "::ffff:10.1.0.1" }, { a: "10.1.0.0/16" }, { a: 10 }],
  },
  "cidr, IPv6": {
    pattern: { a: [{ cidr: "2001:db8::/32" }] },
    matches: [{ a: "2001:db8::1" }],
    refuses: [{ a: "2001:db9::1" }, { a: "10.0.0.1" }],
  },
  $or: {
    pattern: { source: ["synfleet"], $or: [{ a: [1] }, { b: [{ exists: false }], c: ["x"] }] },
    matches: [
      { source: "synfleet", a: 1, b: 2 },
      { source: "synfleet", c: "x" },
    ],
    refuses: [
      { source: "synfleet", a: 2, b: 2, c: "x" },
      { source: "other", a: 1 },
    ],
  },
  "$or inside an object": {
    pattern: { detail: { $or: [{ state: ["CRITICAL"] }, { severity: ["critical"] }] } },
    matches: [{ detail: { state: "CRITICAL" } }, { detail: { severity: "critical" } }],
    refuses: [{ detail: { state: "OK" } }],
  },
  "$or with a field that is named outside it too": {
    pattern: { tags: ["a"], $or: [{ tags: ["b"] }, { tags: ["c"] }] },
    matches: [{ tags: ["a", "b"] }, { tags: ["c", "a"] }],
    refuses: [{ tags: ["a"] }, { tags: ["b", "c"] }],
  },
};

describe("parseEventPattern matches", () => {
  for (const [name, { pattern, matches, refuses }] of Object.entries(CASES)) {
    test(name, () => {
      const matcher = parseEventPattern(pattern);
      for (const event of matches) assert.equal(matcher(event), true, JSON.stringify(event));
      for (const event of refuses) assert.equal(matcher(event), false, JSON.stringify(event));
    });
  }
});

function ten(name: string): object[] {
  return Array.from({ length: 10 }, (_, i) => ({ [`${name}${i}`]: [1] }));
}

const BAD: readonly (readonly [unknown, string])[] = [
  [null, "a pattern must be an object with at least one field"],
  [{}, "a pattern must be an object with at least one field"],
  [[], "a pattern must be an object with at least one field"],
  [{ a: "x" }, "a: must be a list that is not empty, or an object"],
  [{ a: [] }, "a: must be a list that is not empty, or an object"],
  [{ a: { b: {} } }, "a.b: must not be empty"],
  [{ a: { b: [{ like: "x" }] } }, 'a.b: unknown operator "like"'],
  [{ a: [{ constructor: "x" }] }, 'a: unknown operator "constructor"'],
  [{ a: [["x"]] }, "a: an element must be a literal or an object with one operator"],
  [{ a: [{}] }, "a: an element must be a literal or an object with one operator"],
  [{ a: [{ prefix: 1 }] }, 'a: "prefix" takes a text that is not empty'],
  [{ a: [{ prefix: { suffix: "x" } }] }, 'a: "prefix" takes a text or "equals-ignore-case"'],
  [{ a: [{ exists: "yes" }] }, 'a: "exists" takes true or false'],
  [
    { a: [{ numeric: [">"] }] },
    'a: "numeric" takes one or two comparisons, like [">", 0, "<=", 5]',
  ],
  [{ a: [{ numeric: ["!=", 1] }] }, 'a: "numeric" compares by =, <, <=, > or >= with a number'],
  [
    { a: [{ wildcard: "a**b" }] },
    'a: "wildcard" takes no two asterisks in a row and no lone backslash',
  ],
  [
    { a: [{ wildcard: "a\\b" }] },
    'a: "wildcard" takes no two asterisks in a row and no lone backslash',
  ],
  [
    { a: [{ cidr: "10.0.0.0/33" }] },
    'a: "cidr" takes an address and a prefix length, like 10.0.0.0/8',
  ],
  [{ a: [{ "anything-but": [1, "x"] }] }, 'a: "anything-but" takes texts only or numbers only'],
  [{ a: [{ "anything-but": [] }] }, 'a: "anything-but" takes texts only or numbers only'],
  [{ a: [{ "anything-but": { cidr: "x" } }] }, 'a: "anything-but" does not take "cidr"'],
  [
    Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, { $or: ten(name) }])),
    "$or must make at most 1000 combinations, makes 10000",
  ],
  [
    { $or: [{ a: { $or: ten("a") }, b: { $or: ten("b") }, c: { $or: ten("c") } }, { d: [1] }] },
    "$or must make at most 1000 combinations, makes 1001",
  ],
  [{ a: ["x".repeat(4_096)] }, "a pattern must have at most 4096 characters as JSON, has 4106"],
  [{ $or: [{ a: [1] }] }, "$or takes a list of at least two objects"],
];

describe("parseEventPattern refuses", () => {
  for (const [pattern, message] of BAD) {
    test(`${JSON.stringify(pattern)}`, () => {
      assert.throws(() => parseEventPattern(pattern), new PatternError(message));
    });
  }
});
