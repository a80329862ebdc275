import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { projectFiles, readImportGraph } from "../../../bench/mutants/import-graph.ts";
import { listMutants } from "../../../bench/mutants/list-mutants.ts";
import { runMutants } from "../../../bench/mutants/run-mutants.ts";

const SOURCE = `export type Percent = number;
export function capped(value: Percent): Percent {
  return value > 100 ? 100 : value;
}
`;

const HEAD = `import assert from "node:assert/strict";
import { test } from "node:test";
import { capped } from "../../shared/capped.ts";
`;

const GOOD = `${HEAD}
test("capped", async (t) => {
  let isOver = false;
  t.after(() => { isOver = true; });
  assert.equal(capped(99), 99);
  assert.equal(capped(101), 100);
  assert.equal(isOver, false);
});
`;

const BAD = `${HEAD}
test("capped", () => {
  assert.equal(typeof capped(50), "number");
});
`;

const HANGING = `${HEAD}
test("capped ends a loop", () => {
  for (let value = 200; value > 100; ) value = capped(value);
});
test("capped lets a promise end", () => new Promise((resolve) => capped(101) === 100 && resolve()));
`;

let root: string;
before(() => {
  root = mkdtempSync(join(tmpdir(), "mutants-"));
  for (const folder of ["shared", "test/good", "test/bad", "test/hanging"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "shared/capped.ts"), SOURCE);
  writeFileSync(join(root, "test/good/capped.test.ts"), GOOD);
  writeFileSync(join(root, "test/bad/capped.test.ts"), BAD);
  writeFileSync(join(root, "test/hanging/capped.test.ts"), HANGING);
});
after(() => rmSync(root, { recursive: true }));

/** How each mutant ended that these tests ran on, by what it looks like. */
async function endsWith(tests: string): Promise<Record<string, string>> {
  const files = projectFiles(root, tests);
  const verdicts = await runMutants({
    root,
    graph: readImportGraph(root, files),
    tests: files,
    mutants: listMutants("shared/capped.ts", SOURCE),
    jobs: 2,
    limitMs: null,
    onVerdict: () => undefined,
  });
  return Object.fromEntries(
    verdicts.map(({ mutant, end }) => [mutant.to.replace("return ", ""), end]),
  );
}

describe("runMutants", () => {
  test("finds with a good test all but two, which do what the code does", async () =>
    assert.deepEqual(await endsWith("test/good/*.ts"), {
      "false ? 100 : value;": "killed",
      "true ? 100 : value;": "killed",
      "value >= 100 ? 100 : value;": "survived",
      "value > 101 ? 100 : value;": "killed",
      "value > 99 ? 100 : value;": "survived",
      "value > 100 ? 101 : value;": "killed",
      "value > 100 ? 99 : value;": "killed",
    }));

  test("lets mutants live that a bad test lets live or does not reach", async () =>
    assert.deepEqual(await endsWith("test/bad/*.ts"), {
      "false ? 100 : value;": "survived",
      "true ? 100 : value;": "survived",
      "value >= 100 ? 100 : value;": "survived",
      "value > 101 ? 100 : value;": "survived",
      "value > 99 ? 100 : value;": "survived",
      "value > 100 ? 101 : value;": "uncovered",
      "value > 100 ? 99 : value;": "uncovered",
    }));

  test("ends a test that hangs, and one that waits for what can't come", async () => {
    const ends = await endsWith("test/hanging/*.ts");
    assert.equal(ends["false ? 100 : value;"], "timeout");
    assert.equal(ends["value > 100 ? 99 : value;"], "killed");
    assert.equal(ends["value >= 100 ? 100 : value;"], "survived");
  });
});
