import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { between } from "../../random.ts";
import { type Draw, instantsOf, MONTH_MS, regionsOf, type WorldKind } from "./kind.ts";
import type { Trouble } from "./world.ts";

/** The path from one region alone is broken: no check passes there. */
const BROKEN_PATH: WorldKind = {
  name: "broken path",
  says: "each region's path is broken once in 5 days for 1 to 60 min, 1 % loss elsewhere; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({ lossShare: 0.01, troubles: brokenPaths(draw, 5 * DAY_MS) }),
};

/** Spans of 1 to 60 min in which no check of a region passes, spread evenly over orders of length. */
export function brokenPaths(draw: Draw, everyMs: number): Trouble[] {
  return regionsOf(draw).flatMap((region) =>
    instantsOf(draw, everyMs).map((fromMs) => {
      const lengthMs = MINUTE_MS * Math.exp(between(draw.random, 0, Math.log(60)));
      return { region, fromMs, toMs: fromMs + lengthMs, share: 1, ending: "timeout" };
    }),
  );
}

/** The probes of one region are at fault: for all targets, and in part only. */
const SICK_REGION: WorldKind = {
  name: "sick region",
  says: "each region is sick once in 5 days for 10 min: 60 % of its checks time out, 0.1 % elsewhere; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({ lossShare: 0.001, troubles: sickRegions(draw, 5 * DAY_MS, 0.6) }),
};

/** Spans of 10 min in which a share of a region's checks fails. */
export function sickRegions(draw: Draw, everyMs: number, share: number): Trouble[] {
  return regionsOf(draw).flatMap((region) =>
    instantsOf(draw, everyMs).map((fromMs) => ({
      ...{ region, fromMs, share },
      toMs: fromMs + 10 * MINUTE_MS,
      ending: "timeout" as const,
      isOfProbes: true as const,
    })),
  );
}

/** A region's resolver fails at times: at once, or only after the timeout. */
const DNS_TROUBLE: WorldKind = {
  name: "DNS trouble",
  says: "each region's resolver fails once a day for 0.5 to 5 min: half of the names, at once or after the timeout; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({
    lossShare: 0.001,
    troubles: regionsOf(draw).flatMap((region) =>
      instantsOf(draw, DAY_MS).map((fromMs) => ({
        ...{ region, fromMs, share: 0.5 },
        toMs: fromMs + between(draw.random, 0.5, 5) * MINUTE_MS,
        ending: draw.random() < 0.5 ? ("refused" as const) : ("timeout" as const),
      })),
    ),
  }),
};

/** The target itself answers only in part, for all regions alike. */
const BROWN_OUT: WorldKind = {
  name: "brown-out",
  says: "once a day for 10 min 40 % of all regions' checks time out, 0.1 % else; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({
    lossShare: 0.001,
    troubles: instantsOf(draw, DAY_MS).map((fromMs) => ({
      ...{ fromMs, share: 0.4, ending: "timeout" as const, truth: "brown-out" as const },
      toMs: fromMs + 10 * MINUTE_MS,
    })),
  }),
};

/** Worlds in which regions see the target differently, and one in which all see it half. */
export const REGION_WORLDS: readonly WorldKind[] = [
  BROKEN_PATH,
  SICK_REGION,
  DNS_TROUBLE,
  BROWN_OUT,
];

/** How often it is said to happen that a region is sick in the assumed month. */
export const SICK_EVERY_MS = 60 * DAY_MS;

/** The bursts of the assumed month: 15 s of 90 % loss every 8 h in each region's path. */
export function assumedBursts(draw: Draw): Trouble[] {
  return regionsOf(draw).flatMap((region) =>
    instantsOf(draw, 8 * HOUR_MS).map((fromMs) => ({
      ...{ region, fromMs, share: 0.9, ending: "timeout" as const },
      toMs: fromMs + 15_000,
    })),
  );
}
