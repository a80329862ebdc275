import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { type Draw, instantsOf, MONTH_MS, regionsOf, type WorldKind } from "./kind.ts";
import type { Trouble } from "./world.ts";

/** Checks that are lost one by one, each on its own: they wait for their timeout. */
function independentLoss(percent: number): WorldKind {
  return {
    name: `loss ${percent} %`,
    says: `${percent} % of all checks time out, independently; a month`,
    spanMs: MONTH_MS,
    draw: () => ({ lossShare: percent / 100 }),
  };
}

/** The loss of a path between a good and a bad state, after Gilbert (1960) and Elliott (1963). */
const GILBERT_ELLIOTT: WorldKind = {
  name: "bursts",
  says: "each region's path by itself: 0.1 % loss, and every 2 h on average a bad state of 30 s on average with 60 % loss; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({
    lossShare: 0.001,
    troubles: regionsOf(draw).flatMap((region) => burstsOf(draw, region)),
  }),
};

function burstsOf(draw: Draw, region: number): Trouble[] {
  return instantsOf(draw, 2 * HOUR_MS).map((fromMs) => {
    const lengthMs = -Math.log(1 - draw.random()) * 30 * SECOND_MS;
    return { region, fromMs, toMs: fromMs + lengthMs, share: 0.6, ending: "timeout" };
  });
}

/** Bursts that two regions see at once, because their packets share a path. */
const CORRELATED: WorldKind = {
  name: "correlated",
  says: "the first two regions share a path: every 4 h on average 30 s with 60 % loss in both; once a day 2 min with 30 %; a month",
  spanMs: MONTH_MS,
  draw: (draw) => ({
    lossShare: 0.001,
    troubles: [
      ...shared(draw, 4 * HOUR_MS, { lengthMs: 30 * SECOND_MS, share: 0.6 }),
      ...shared(draw, DAY_MS, { lengthMs: 2 * MINUTE_MS, share: 0.3 }),
    ],
  }),
};

function shared(
  draw: Draw,
  everyMs: number,
  { lengthMs, share }: { readonly lengthMs: number; readonly share: number },
): Trouble[] {
  return instantsOf(draw, everyMs).flatMap((fromMs) =>
    regionsOf(draw)
      .slice(0, 2)
      .map((region) => ({ region, fromMs, toMs: fromMs + lengthMs, share, ending: "timeout" })),
  );
}

/** A connection that meets a dead backend is refused; which one it meets is chance. */
function deadBackends(count: number): WorldKind {
  return {
    name: `1 of ${count} dead`,
    says: `one of ${count} backends behind a load balancer refuses, each check meets one at random; a day`,
    spanMs: DAY_MS,
    draw: () => ({ lossShare: 1 / count, lossEnding: "refused" }),
  };
}

/** Worlds in which checks are lost while the target answers. */
export const LOSS_WORLDS: readonly WorldKind[] = [
  ...[0.1, 1, 3, 5].map(independentLoss),
  GILBERT_ELLIOTT,
  CORRELATED,
  ...[2, 4, 8].map(deadBackends),
];
