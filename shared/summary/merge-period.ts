import { sumOf } from "../sum-of.ts";
import type { RegionName } from "../units.ts";
import { type Figures, NO_TIMES } from "./figures.ts";
import { mergeFigures } from "./merge-figures.ts";
import type { Summary } from "./summarise.ts";

/**
 * One period of the shorter ones in it, which are in order, have no check in common and are at least
 * one. Whatever can be is exact, see `mergeFigures`; times whose distribution is not known are left
 * out, and `timedCount` says of how many checks the others are. Host and group are those of the last
 * one; revisions add up, so that a later one is higher.
 */
export function mergePeriod(
  { periodStartMs, periodEndMs }: Pick<Summary, "periodStartMs" | "periodEndMs">,
  parts: readonly Summary[],
): Summary {
  const [last] = parts.slice(-1);
  if (last === undefined) throw new Error("A period without a part");
  const names = [...new Set(parts.flatMap(({ regions }) => Object.keys(regions)))].sort();
  const regions = Object.fromEntries(names.map((name) => [name, mergeRegion(name, parts)]));
  // The overall figures of one minute are exact, also where those of its regions together are not.
  const isAlone = parts.length === 1 && isKnown(last.overall);
  return {
    ...last,
    ...{ periodStartMs, periodEndMs },
    overall: isAlone ? last.overall : mergeFigures(Object.values(regions)),
    regions,
    complete: parts.every(({ complete }) => complete),
    missingRegions: [...new Set(parts.flatMap(({ missingRegions }) => missingRegions))].sort(),
    rev: sumOf(parts, ({ rev }) => rev),
  };
}

function mergeRegion(name: RegionName, parts: readonly Summary[]): Figures {
  return mergeFigures(
    parts.flatMap(({ regions: { [name]: own } }) => {
      if (own === undefined) return [];
      return isKnown(own) ? own : { ...own, ...NO_TIMES };
    }),
  );
}

function isKnown({ timedCount, timeSketch }: Figures): boolean {
  return timedCount !== null && timeSketch !== null;
}
