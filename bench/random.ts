/** Numbers from 0 to below 1 that depend on a seed and on nothing else. */
export type Random = () => number;

/** The numbers of a seed: mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
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
