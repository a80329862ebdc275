import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withColumns } from "../../../cli/show/optional-columns.ts";
import type { Layout } from "../../../cli/show/print-rows.ts";
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
