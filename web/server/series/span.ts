import type { Interval } from "../../../shared/slot/slot.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
} from "../../../shared/units.ts";
import { HttpProblem } from "../http/problem.ts";
import type { Query } from "../http/query.ts";

/** A time, and the periods that it is divided into. */
export interface SeriesSpan extends Interval {
  readonly stepMs: DurationMs;
}

const STEPS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

const USUAL_MS: DurationMs = HOUR_MS;

/** More periods than this are not plotted, and minutes cost the most to read. */
const LONGEST_MS: Readonly<Record<keyof typeof STEPS, DurationMs>> = {
  minute: 2 * DAY_MS,
  hour: 92 * DAY_MS,
  day: 1_100 * DAY_MS,
};

/** Minutes up to a day, hours up to 90 days, days beyond, unless the query says otherwise. */
export function spanOf(query: Query, nowMs: EpochMs): SeriesSpan {
  const bounds = { min: 0, max: nowMs + DAY_MS };
  const toMs = query.number("to", bounds) ?? nowMs;
  const fromMs = query.number("from", bounds) ?? Math.max(0, toMs - USUAL_MS);
  if (fromMs >= toMs) {
    throw new HttpProblem(400, `from must be before to, which is ${toMs}, is ${fromMs}`, {
      field: "from",
    });
  }
  const lengthMs = toMs - fromMs;
  const step = readStep(query) ?? usualStep(lengthMs);
  if (lengthMs > LONGEST_MS[step]) {
    const most = LONGEST_MS[step] / DAY_MS;
    throw new HttpProblem(400, `from must be at most ${most} days before to if step is ${step}`, {
      field: "from",
    });
  }
  const stepMs = STEPS[step];
  return { fromMs: fromMs - (fromMs % stepMs), toMs, stepMs };
}

/** As a word or in milliseconds. */
function readStep(query: Query): keyof typeof STEPS | null {
  return query.choice("step", {
    minute: "minute",
    hour: "hour",
    day: "day",
    [MINUTE_MS]: "minute",
    [HOUR_MS]: "hour",
    [DAY_MS]: "day",
  } as const);
}

function usualStep(lengthMs: DurationMs): keyof typeof STEPS {
  if (lengthMs <= DAY_MS) return "minute";
  return lengthMs <= LONGEST_MS.hour ? "hour" : "day";
}
