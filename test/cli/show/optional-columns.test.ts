import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { NOTE_COLUMN } from "../../../cli/show/deep-columns.ts";
import { withColumns } from "../../../cli/show/optional-columns.ts";
import type { Layout } from "../../../cli/show/print-rows.ts";
import type { RawMetricTcp } from "../../../shared/result/result.ts";
import { left, right } from "../../../terminal/table.ts";

interface Pet {
  readonly name: string;
  readonly age?: number;
  readonly why: string;
}

const LAYOUT: Layout<Pet> = {
  columns: [left("NAME"), left("WHY")],
  toRow: ({ name, why }) => [name, why],
  whenEmpty: "none",
};
const AGE = { ...right("AGE"), cell: ({ age }: Pet) => (age === undefined ? null : `${age}`) };

describe("withColumns", () => {
  it("adds a column that some record needs before the last one", () => {
    const pets = [
      { name: "a", why: "x", age: 3 },
      { name: "b", why: "y" },
    ];
    const { columns, toRow } = withColumns(LAYOUT, pets, [AGE]);
    assert.deepEqual(
      columns.map(({ title }) => title),
      ["NAME", "AGE", "WHY"],
    );
    assert.deepEqual(pets.map(toRow), [
      ["a", "3", "x"],
      ["b", "-", "y"],
    ]);
  });

  it("adds none that no record needs", () => {
    const { columns, toRow } = withColumns(LAYOUT, [{ name: "b", why: "y" }], [AGE]);
    assert.deepEqual(columns, LAYOUT.columns);
    assert.deepEqual(toRow({ name: "b", why: "y" }), ["b", "y"]);
  });
});

test("NOTE_COLUMN names what makes a result odd, and nothing of a plain one", () => {
  const plain = { recheck: false, attempts: 1, reconnects: 0, syn_retransmits: 0, detail: null };
  const addresses = [{ outcome: "open" }, { outcome: "refused" }, { outcome: "timeout" }];
  const CASES: readonly (readonly [object, string | null])[] = [
    [{}, null],
    [{ recheck: true }, "recheck"],
    [{ attempts: 2, syn_retransmits: 1 }, "attempt 2, SYN repeated ×1"],
    [{ reconnects: 3 }, "reconnected ×3"],
    [{ detail: { addresses } }, "2 of 3 addresses not open"],
    [{ detail: { addresses: "odd" } }, null],
    [{ error_kind: "internal", error_code: "EMFILE" }, "internal: EMFILE"],
  ];
  for (const [different, note] of CASES)
    assert.equal(NOTE_COLUMN.cell({ ...plain, ...different } as RawMetricTcp), note);
});
