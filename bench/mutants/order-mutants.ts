import { createHash } from "node:crypto";
import type { Mutant } from "./mutant.ts";

/**
 * Mutants in an order that depends on the seed only: one of every file, then another of every file,
 * so that however early a run ends, all files had their share.
 */
export function orderMutants(mutants: readonly Mutant[], seed: string): readonly Mutant[] {
  const byFile = Map.groupBy(mutants, ({ file }) => file);
  const shuffled = [...byFile.values()].map((own) => shuffle(own, seed));
  const ranked = shuffled.flatMap((own) => own.map((mutant, rank) => ({ mutant, rank })));
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ mutant }) => mutant);
}

function shuffle(mutants: readonly Mutant[], seed: string): Mutant[] {
  const keyed = mutants.map((mutant) => ({ mutant, key: keyOf(mutant, seed) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ mutant }) => mutant);
}

function keyOf({ file, start, end, text }: Mutant, seed: string): string {
  return createHash("sha256").update([seed, file, start, end, text].join("\0")).digest("hex");
}
