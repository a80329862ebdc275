import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { readOwnPorts } from "../../../../functions/probe/socket/own-ports.ts";

function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "own-ports-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "range");
  writeFileSync(file, text);
  return file;
}

const WIDEST = { first: 1_024, last: 65_535 };

const FILES: readonly [string, { readonly first: number; readonly last: number }][] = [
  ["32768\t60999\n", { first: 32_768, last: 60_999 }],
  ["1 65535", { first: 1, last: 65_535 }],
  ["47008 47008\n", { first: 47_008, last: 47_008 }],
  ["", WIDEST],
  ["many\n", WIDEST],
  ["32768\n", WIDEST],
  ["60999 32768\n", WIDEST],
];

describe("readOwnPorts", () => {
  for (const [text, range] of FILES)
    it(`reads ${JSON.stringify(text)} as ${range.first} to ${range.last}`, (t) => {
      assert.deepEqual(readOwnPorts(fileWith(t, text)), range);
    });

  it("takes the widest range if the kernel does not say", () => {
    assert.deepEqual(readOwnPorts("/nowhere/range"), WIDEST);
  });
});
