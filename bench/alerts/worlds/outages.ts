import { HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import { between } from "../../random.ts";
import { type Draw, spacedInstants, type WorldKind } from "./kind.ts";
import type { Transport, Trouble } from "./world.ts";

/** Outages in one world. */
export const OUTAGES_A_WORLD = 20;

/** The lengths that are told apart, in minutes. */
export const OUTAGE_MINUTES = [1, 2, 5, 15, 60] as const;

function outagesOf(name: string, minutes: string, lengthMs: (draw: Draw) => number): WorldKind {
  const everyMs = 4 * HOUR_MS;
  return {
    name,
    says: `the target is down in all regions for ${minutes} min, refusing or silent, once in 4 h; 0.1 % loss`,
    spanMs: OUTAGES_A_WORLD * everyMs,
    draw: (draw) => ({
      lossShare: 0.001,
      troubles: spacedInstants(draw, everyMs).map((fromMs) => outage(draw, fromMs, lengthMs(draw))),
    }),
  };
}

function outage({ random }: Draw, fromMs: number, lengthMs: number): Trouble {
  const ending = random() < 0.5 ? "refused" : "timeout";
  return { fromMs, toMs: fromMs + lengthMs, share: 1, ending, truth: "outage" };
}

/** Outages of 2 to 10 min on a fleet whose own parts fail. */
function outagesWith(name: string, says: string, transport: Partial<Transport>): WorldKind {
  const kind = outagesOf(name, "2 to 10", ({ random }) => between(random, 2, 10) * MINUTE_MS);
  return {
    ...kind,
    says: `${kind.says}; ${says}`,
    isAboutTransport: true,
    draw: (draw) => ({ ...kind.draw(draw), transport }),
  };
}

const HOME_AWAY: WorldKind = (() => {
  const kind = outagesOf("home away", "15", () => 15 * MINUTE_MS);
  return {
    ...kind,
    says: `${kind.says}; home does not run for 10 min from a random instant 5 min before to 10 min after the outage begins`,
    isAboutTransport: true,
    draw: (draw) => {
      const drawn = kind.draw(draw);
      const homeAway = (drawn.troubles ?? []).map(({ fromMs }) => {
        const awayMs = fromMs + between(draw.random, -5, 10) * MINUTE_MS;
        return { fromMs: awayMs, toMs: awayMs + 10 * MINUTE_MS };
      });
      return { ...drawn, transport: { homeAway } };
    },
  };
})();

/** Outages by their lengths. */
export const OUTAGE_WORLDS: readonly WorldKind[] = [
  ...OUTAGE_MINUTES.map((minutes) =>
    outagesOf(`outage ${minutes} min`, `${minutes}`, () => minutes * MINUTE_MS),
  ),
  outagesOf(
    "outages mixed",
    "1 to 60",
    ({ random }) => MINUTE_MS * Math.exp(between(random, 0, Math.log(60))),
  ),
];

/** Outages while something of the fleet itself fails. */
export const TRANSPORT_WORLDS: readonly WorldKind[] = [
  outagesWith("late chunks", "30 % of the chunks come 1 min late", {
    lateShare: 0.3,
    lateMs: MINUTE_MS,
  }),
  outagesWith("missing chunks", "10 % of the chunks never come", { missingShare: 0.1 }),
  outagesWith("chunks twice", "half of the chunks come twice", { doubledShare: 0.5 }),
  outagesWith("hints lost", "half of the hints are lost", { hintsLostShare: 0.5 }),
  outagesWith("hints twice", "half of the hints come twice", { hintsDoubledShare: 0.5 }),
  HOME_AWAY,
];
