import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import type { Draw, WorldKind } from "./kind.ts";
import type { Trouble } from "./world.ts";

/** For how long the target is down and then up, in seconds. */
export const HALF_PERIODS_SECONDS = [30, 60, 120, 300, 600] as const;

/** Hours of flapping in one world, after an hour of rest. */
export const FLAP_HOURS = 6;

function flapping(seconds: number): WorldKind {
  return {
    name: `flapping ${seconds} s`,
    says: `the target is down for ${seconds} s and up for ${seconds} s, for ${FLAP_HOURS} h of a day`,
    spanMs: DAY_MS / 2,
    draw: (draw) => ({ troubles: flaps(draw, seconds * SECOND_MS) }),
  };
}

function flaps({ random, fromMs }: Draw, halfMs: number): Trouble[] {
  const beginMs = Math.floor(fromMs + HOUR_MS + random() * 10 * MINUTE_MS);
  const count = Math.floor((FLAP_HOURS * HOUR_MS) / (2 * halfMs));
  return Array.from({ length: count }, (_, i) => ({
    ...{ share: 1, ending: "refused" as const, truth: "flap" as const },
    fromMs: beginMs + 2 * i * halfMs,
    toMs: beginMs + (2 * i + 1) * halfMs,
  }));
}

/** Targets that come and go. */
export const FLAPPING_WORLDS: readonly WorldKind[] = HALF_PERIODS_SECONDS.map(flapping);
