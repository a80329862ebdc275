import { createHash } from "node:crypto";

/** Numbers from 0 to below 1 that depend on the seed and on nothing else. */
export type Random = () => number;

/** A sequence of its own for every seed: the hash of the seed and of how many were drawn. */
export function randomFrom(seed: string): Random {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash("sha256").update(`${seed}\0${drawn}`).digest().readUInt32LE(0) / 2 ** 32;
  };
}

/** A number from `least` to below `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + random() * (most - least);
}

/** One of the given; throws if there is none. */
export function oneOf<T>(random: Random, all: readonly T[]): T {
  const chosen = all[Math.floor(random() * all.length)];
  if (chosen === undefined) throw new Error("There is nothing to choose from");
  return chosen;
}
