import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContent } from "../../../shared/task-file/syntax.ts";

describe("readContent", () => {
  const READ: readonly (readonly [file: string, text: string, format: string, value: unknown])[] = [
    ["a.toml", "[x]", "toml", { x: {} }],
    ["a.yaml", "[x]", "yaml", ["x"]],
    ["a.yml", "[x]", "yaml", ["x"]],
    ["a.json", '{"a": 1}', "json", { a: 1 }],
    ["A.TOML", "a = 1", "toml", { a: 1 }],
    ["A.YAML", "[x]", "yaml", ["x"]],
    ["a.json", '["\ufeff"]', "json", ["\ufeff"]],
    ["a.json.yaml", "a: 1", "yaml", { a: 1 }],
    ["a.yaml", "a = 1", "yaml", "a = 1"],
    ["a.json", "5", "json", 5],
    ["a.yaml", "", "yaml", null],
    ["a.json", '\ufeff{"a": 1}', "json", { a: 1 }],
    ["a.toml", "a = 9007199254740993", "toml", { a: 9_007_199_254_740_993n }],
    ["a.toml", "a = 5", "toml", { a: 5 }],
    // Without a known extension, the first format that gives a table or a list.
    ["a", '{"a": 1}', "json", { a: 1 }],
    ["a", "[x]", "toml", { x: {} }],
    ["a", "a = 1", "toml", { a: 1 }],
    ["a", "a: 1", "yaml", { a: 1 }],
    ["a.conf", "- a", "yaml", ["a"]],
    ["toml", "a: 1", "yaml", { a: 1 }],
    ["a.toml.bak", "a: 1", "yaml", { a: 1 }],
    // Else any other value: it is not faulty TOML.
    ["a", "null", "json", null],
    ["a", "5", "json", 5],
    ["a", '"x"', "json", "x"],
    ["a", "~", "yaml", null],
    ["a", "---", "yaml", null],
  ];
  for (const [file, text, format, value] of READ) {
    it(`reads ${JSON.stringify(text)} in a file ${file} as ${format}`, () => {
      // A clone, because TOML's tables have no prototype.
      assert.deepEqual(structuredClone(readContent(file, text)), { format, value });
    });
  }

  it("merges a YAML anchor into a table", () => {
    const { value } = readContent("a.yaml", "d: &d { a: 1, b: 2 }\nx: { <<: *d, b: 3 }");
    assert.deepEqual(value, { d: { a: 1, b: 2 }, x: { a: 1, b: 3 } });
  });

  type Position = readonly [line: number, column: number] | null;
  const FAULTS: readonly (readonly [
    file: string,
    text: string,
    format: string,
    position: Position,
    reason: RegExp,
  ])[] = [
    ["a.toml", "a = 1\nb = \n", "toml", [2, 5], /^[^\n]+$/],
    ["a.toml", "a = x", "toml", [1, 5], /^invalid value$/],
    ["a.json", '{"a": 1,\n "b" 2}', "json", [2, 6], /^expected ":"$/],
    ["a.json", "nope", "json", [1, 1], /^expected a value$/],
    ["a.json", "", "json", [1, 1], /^expected a value$/],
    ["a.yaml", "a: 1\na: 2\n", "yaml", [2, 1], /^Map keys must be unique$/],
    ["a.yaml", "a: *x", "yaml", null, /^Unresolved alias/],
    // Without a known extension, the format that was read furthest.
    ["a", '{"a": 1, "b" 2}', "json", [1, 14], /^expected ":"$/],
    ["a", "a = 1\nb = \n", "toml", [2, 5], /^[^\n]+$/],
    ["a", "a: 1\nb: 1\nb: 2\n", "yaml", [3, 1], /^Map keys must be unique$/],
  ];
  for (const [file, text, format, position, reason] of FAULTS) {
    it(`finds the fault of ${JSON.stringify(text)} in a file ${file} as ${format}`, () => {
      const content = readContent(file, text);
      const [fault] = content.faults ?? assert.fail("it was read");
      assert.equal(content.format, format);
      const found = fault?.position ?? null;
      assert.deepEqual(found && [found.line, found.column], position);
      assert.match(fault?.reason ?? "", reason);
    });
  }

  it("gives five faults of a YAML text at most", () => {
    const count = (keys: number) => readContent("a.yaml", "a: 1\n".repeat(keys)).faults?.length;
    assert.deepEqual([count(2), count(5), count(6), count(7)], [1, 4, 5, 5]);
  });

  it("reads 64 nested lists, and refuses 65 in every format", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    const reasonOf = (file: string, text: string) => readContent(file, text).faults?.[0]?.reason;
    const TOO_DEEP = "nested more than 64 deep";
    assert.equal(reasonOf("a.json", nested(64)), undefined);
    assert.equal(reasonOf("a.json", nested(65)), TOO_DEEP);
    assert.equal(reasonOf("a.yaml", nested(64)), undefined);
    assert.equal(reasonOf("a.yaml", nested(65)), TOO_DEEP);
    // A TOML document is a table itself.
    assert.equal(reasonOf("a.toml", `a = ${nested(63)}`), undefined);
    assert.equal(reasonOf("a.toml", `a = ${nested(64)}`), TOO_DEEP);
    assert.equal(readContent("a.yaml", nested(65)).faults?.[0]?.position, null);
  });

  it("refuses a YAML value that contains itself", () => {
    assert.deepEqual(readContent("a.yaml", "&a [*a]"), {
      format: "yaml",
      faults: [{ position: null, reason: "nested more than 64 deep" }],
    });
  });

  it("resolves 1,000 copies of one YAML value, and refuses 1,001, its anchor included", () => {
    const uses = (count: number) => `x: &x [a]\ny: [${Array(count).fill("*x").join(", ")}]`;
    assert.equal(readContent("a.yaml", uses(999)).faults, undefined);
    const [fault] = readContent("a.yaml", uses(1_000)).faults ?? [];
    assert.equal(fault?.position, null);
    assert.match(fault?.reason ?? "", /alias/i);
  });
});
