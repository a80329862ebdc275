import { DAY_MS, HOUR_MS } from "../../../shared/units.ts";
import { usualLatency, type WorldKind } from "./kind.ts";

const WEEK_MS = 7 * DAY_MS;

/** The target becomes slower from hour to hour, and is restarted once a day. */
const DEGRADATION: WorldKind = {
  name: "degradation",
  says: "connect times grow by 15 ms an hour, and begin anew every day; a week",
  spanMs: WEEK_MS,
  isAboutLatency: true,
  draw: ({ fromMs }) => ({
    lossShare: 0.001,
    latencyMs: (region, atMs) => usualLatency(region) + (15 * ((atMs - fromMs) % DAY_MS)) / HOUR_MS,
  }),
};

/** The connect times of a target that is busy by day. */
const DAY_CURVE: WorldKind = {
  name: "day curve",
  says: "connect times swing between 85 and 109 ms over a day, jitter 8 ms; a week",
  spanMs: WEEK_MS,
  isAboutLatency: true,
  draw: () => ({
    lossShare: 0.001,
    latencyMs: (region, atMs) => 97 - 12 * Math.cos((2 * Math.PI * atMs) / DAY_MS) + 25 * region,
  }),
};

/** A target that is far from every region. */
const FAR: WorldKind = {
  name: "260 ms away",
  says: "connect times of 260 ms in the nearest region, jitter 8 ms; a week",
  spanMs: WEEK_MS,
  isAboutLatency: true,
  draw: () => ({ lossShare: 0.001, latencyMs: (region) => 260 + 25 * region }),
};

/** Worlds that differ in connect times alone. */
export const SLOW_WORLDS: readonly WorldKind[] = [DEGRADATION, DAY_CURVE, FAR];
