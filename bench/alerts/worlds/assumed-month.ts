import { DAY_MS, SECOND_MS } from "../../../shared/units.ts";
import { between } from "../../random.ts";
import { type Draw, instantsOf, MONTH_MS, type WorldKind } from "./kind.ts";
import { assumedBursts, brokenPaths, SICK_EVERY_MS, sickRegions } from "./regions.ts";
import type { Trouble } from "./world.ts";

/** A month as one might be: the rates are assumptions, not field data. */
export const ASSUMED_MONTH: WorldKind = {
  name: "assumed month",
  says: "0.1 % lost checks; 15 s of 90 % loss in each region's path every 8 h; each path broken twice for 1 to 60 min; each region sick for 10 min every second month; two restarts of 5 to 30 s a week",
  spanMs: MONTH_MS,
  draw: (draw) => ({
    lossShare: 0.001,
    troubles: [
      ...assumedBursts(draw),
      ...brokenPaths(draw, MONTH_MS / 2),
      ...sickRegions(draw, SICK_EVERY_MS, 0.9),
      ...restarts(draw, 3.5 * DAY_MS),
    ],
  }),
};

/** Nothing but restarts, for the share of them that pages. */
export const RESTARTS: WorldKind = {
  name: "restarts",
  says: "a restart of 5 to 30 s every 4 h, all regions are refused; 0.1 % loss; 10 days",
  spanMs: 10 * DAY_MS,
  draw: (draw) => ({ lossShare: 0.001, troubles: restarts(draw, DAY_MS / 6) }),
};

/** The target refuses for 5 to 30 s, in all regions. */
function restarts(draw: Draw, everyMs: number): Trouble[] {
  return instantsOf(draw, everyMs).map((fromMs) => ({
    ...{ fromMs, share: 1, ending: "refused" as const, truth: "restart" as const },
    toMs: fromMs + between(draw.random, 5, 30) * SECOND_MS,
  }));
}
