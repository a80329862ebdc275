import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Match, Pattern } from "../../../../../functions/probe/phases/dialogue/pattern.ts";
import { PatternCache } from "../../../../../functions/probe/phases/dialogue/pattern-cache.ts";
import { PatternSearch } from "../../../../../functions/probe/phases/dialogue/pattern-search.ts";

/** The first match in all of the bytes, through as many looks as it takes. */
function search(pattern: Pattern, bytes: Buffer): Match | null {
  const looks = new PatternSearch(pattern);
  for (;;) {
    const found = looks.look(bytes);
    if (found !== "moved") return found;
  }
}

describe("Pattern", () => {
  it("reads bytes as UTF-8, and takes what is none as one character a byte", () => {
    const bytes = Buffer.concat([Buffer.from([0x00, 0xff, 0xfe]), Buffer.from("grün")]);
    const match = new Pattern("^\\x00..gr(?P<letter>.)n$").find(bytes, 0);
    assert.equal(match?.captured.get("letter")?.toString(), "ü");
    assert.deepEqual([match?.fromByte, match?.toByte], [0, bytes.length]);
  });

  it("takes ^ and $ for the beginning and the end of each line", () =>
    assert.equal(new Pattern("^b$").find(Buffer.from("a\nb\nc"), 0)?.fromByte, 2));

  it("looks at less at once the larger it is", () => {
    assert.equal(new Pattern("a").windowBytes, 8_192);
    const { windowBytes } = new Pattern("[^x]{450}y");
    assert.ok(windowBytes > 130 && windowBytes < 150, `${windowBytes}`);
  });

  it("is refused if it is none, looks behind, or is too large", () => {
    for (const text of ["(", "(?=a)", "(?<=a)b", "\\1"]) {
      assert.throws(() => new Pattern(text), { code: "ERR_PATTERN" }, text);
    }
    assert.throws(() => new Pattern("a{501}"), { code: "ERR_PATTERN_TOO_LARGE" });
  });
});

describe("PatternSearch", () => {
  it("finds a short match wherever it is", () => {
    const pattern = new Pattern("\\bneedle(?P<n>\\d)");
    const anyFill = fc.constantFrom("x ", "\n", "need ", "\0", "ü ");
    const check = (fill: string, before: number) => {
      const hay = fill.repeat(Math.ceil(before / Buffer.byteLength(fill)));
      const text = `${hay}needle7 ${fill.repeat(50)}`;
      const found = search(pattern, Buffer.from(text));
      assert.equal(found?.fromByte, Buffer.byteLength(hay));
      assert.equal(found?.captured.get("n")?.toString(), "7");
    };
    fc.assert(fc.property(anyFill, fc.nat(60_000), check), { numRuns: 60 });
  });

  it("knows where a line begins also where the window does", () => {
    const pattern = new Pattern("^x");
    assert.equal(search(pattern, Buffer.alloc(60_000, "ax")), null);
    const lines = Buffer.from(`${"a".repeat(59_999)}\nx`);
    assert.equal(search(pattern, lines)?.fromByte, 60_000);
  });

  it("finds what comes bit by bit", () => {
    const looks = new PatternSearch(new Pattern("end$"));
    const bytes = Buffer.from(`${"-".repeat(20_000)}end`);
    const found = [];
    for (let length = 0; length <= bytes.length; length += 1_000) {
      let seen = looks.look(bytes.subarray(0, length));
      while (seen === "moved") seen = looks.look(bytes.subarray(0, length));
      found.push(seen);
    }
    assert.ok(found.every((seen) => seen === null));
    assert.equal((looks.look(bytes) as Match).fromByte, 20_000);
  });

  it("may miss a match that is longer than half a window", () => {
    const pattern = new Pattern("(?s)a.*z");
    const far = pattern.windowBytes + 10;
    const bytes = Buffer.alloc(far + 1, "-");
    bytes.write("a", 5);
    bytes.write("z", far);
    assert.equal(search(pattern, bytes), null);
    bytes.write("z", pattern.windowBytes - 1);
    assert.notEqual(search(pattern, bytes), null);
  });
});

describe("PatternCache", () => {
  it("compiles a pattern once while it is in use", () => {
    const cache = new PatternCache();
    const first = cache.get("a");
    for (let other = 0; other < 499; other++) cache.get(`b${other}`);
    assert.equal(cache.get("a"), first);
    for (let other = 0; other < 500; other++) cache.get(`c${other}`);
    assert.notEqual(cache.get("a"), first);
  });
});
