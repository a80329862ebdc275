import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listMutants } from "../../../bench/mutants/list-mutants.ts";

/** A line of code, and all that it can become. */
const CASES: readonly (readonly [code: string, mutants: readonly string[]])[] = [
  ["const a = b < c;", ["const a = b <= c;", "const a = b >= c;"]],
  ["const a = b >= c;", ["const a = b > c;", "const a = b < c;"]],
  ["const a = b === c;", ["const a = b !== c;"]],
  ["const a = b + c;", ["const a = b - c;"]],
  ["const a = b + `c`;", ['const a = b + "";']],
  ["const a = b % c;", ["const a = b * c;"]],
  ["const a = !b;", ["const a = b;"]],
  ["const a = -b;", ["const a = b;"]],
  ["const a = b && c;", ["const a = true && c;", "const a = b || c;", "const a = b && true;"]],
  ["const a = b || c;", ["const a = false || c;", "const a = b && c;", "const a = b || false;"]],
  ["const a = (b) ?? c;", ["const a = c;", "const a = (b) ;"]],
  ["const a = 0;", ["const a = 1;"]],
  ["const a = 1_000;", ["const a = 1001;", "const a = 999;"]],
  ["const a = 0.5;", ["const a = 1.5;"]],
  ["const a = true;", ["const a = false;"]],
  ['const a = "b";', ['const a = "";']],
  ['const a = "";', ['const a = "mutant";']],
  ["const a = /^b$/;", ["const a = /b$/;", "const a = /^b/;"]],
  ["const a = [b];", ["const a = [];"]],
  ["const a = { ...b };", ["const a = { ...[] };"]],
  ["const a = b?.c;", ["const a = b.c;"]],
  ["const a = b?.[c];", ["const a = b[c];"]],
  ["const a = b.some(c);", ["const a = b.every(c);"]],
  [
    "const a = Math.min(b, c);",
    ["const a = Math.max(b, c);", "const a = Math.min(c);", "const a = Math.min(b);"],
  ],
  ["const a = b.filter(c);", ["const a = b;"]],
  ["if (a) b();", ["if (false) b();", "if (true) b();", "if (a) ;"]],
  [
    "if (a < b) c.d = e;",
    ["if (false) c.d = e;", "if (true) c.d = e;", "if (a <= b) c.d = e;", "if (a < b) ;"],
  ],
  ["while (a) b();", ["while (false) b();", "while (a) ;"]],
  ["for (const a of b) c();", ["for (const a of []) c();", "for (const a of b) ;"]],
  ["a += b;", [";", "a -= b;"]],
  ["a++;", [";", "a--;"]],
  ['throw new Error("a");', [";"]],
  ["const a = () => b(c);", ["const a = () => undefined;"]],
  [
    "const a = () => b > c;",
    ["const a = () => false;", "const a = () => true;", "const a = () => b >= c;"],
  ],
];

describe("listMutants", () => {
  for (const [code, mutants] of CASES)
    test(`turns ${code} into ${mutants.length}`, () => {
      const listed = listMutants("a.ts", code).map(({ to }) => to);
      assert.deepEqual(listed.toSorted(), mutants.toSorted());
    });

  const LEFT = [
    'import { a } from "b";',
    'export { a } from "b";',
    'type A = "b" | 1;',
    "const a: 1 | readonly [true] = b;",
    'const a = b as "c";',
    'const a = { "b-c": d };',
    "const a = b`c`;",
    "interface A { readonly b: 0 }",
  ];
  for (const code of LEFT)
    test(`leaves ${code} as it is`, () => assert.deepEqual(listMutants("a.ts", code), []));

  test("leaves the word that typeof is compared with", () => {
    const listed = listMutants("a.ts", 'const a = typeof b === "string";').map(({ to }) => to);
    assert.deepEqual(listed, ['const a = typeof b !== "string";']);
  });

  test("tells the line, and shows what spans several lines as one", () => {
    const [first] = listMutants("a.ts", "const a: number =\n  b;\nfoo(\n  c,\n);\n");
    assert.deepEqual([first?.line, first?.from, first?.to], [3, "foo( c, );", ";"]);
  });
});
