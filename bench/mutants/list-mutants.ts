import { applyEdit, type Edit, type Mutant, mutantOf } from "./mutant.ts";
import { mutateCall } from "./mutators/calls.ts";
import { mutateCondition } from "./mutators/conditions.ts";
import { mutateLiteral } from "./mutators/literals.ts";
import { mutateOperator } from "./mutators/operators.ts";
import { mutateReturn } from "./mutators/returns.ts";
import { mutateStatement } from "./mutators/statements.ts";
import { isProgram, type Place, parseSource, placesOf } from "./parse-source.ts";

const MUTATORS: readonly ((place: Place) => readonly Edit[])[] = [
  mutateCondition,
  mutateOperator,
  mutateLiteral,
  mutateCall,
  mutateReturn,
  mutateStatement,
];

/** Every small bug for one file, in the order of its text. */
export function listMutants(file: string, text: string): readonly Mutant[] {
  const source = parseSource(text);
  const edits = [...placesOf(source)].flatMap((place) =>
    MUTATORS.flatMap((mutate) => mutate(place)),
  );
  return distinct(edits)
    .filter((edit) => isProgram(applyEdit(source.code, edit)))
    .map((edit) => mutantOf(file, text, edit))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

function distinct(edits: readonly Edit[]): Edit[] {
  return [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
}
