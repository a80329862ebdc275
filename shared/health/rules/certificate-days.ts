import { DAY_MS, type EpochMs, toIso } from "../../units.ts";
import type { Severity, ThresholdRule } from "./rule.ts";

/**
 * The part of its lifetime before a certificate's end that counts, if it is shorter than the limit:
 * fixed days would ring all the time for certificates that live for a few weeks.
 */
const PART: Readonly<Record<Severity, number>> = { warning: 3, critical: 10 };

/** Broken if the earliest end of the certificates that a region saw is this many days away or fewer. */
export const certificateDays = {
  key: "certificateDays",
  field: "certificate_days",
  name: "certificate_expires",
  aspect: "certificate",
  limit: { type: "integer", minimum: 1, maximum: 398 },
  defaults: { warning: 30, critical: 7 },
  trend: {
    kind: "expiry",
    limitMs: (days, { severity, lifetimeMs }) =>
      Math.max(0, Math.min(days * DAY_MS, lifetimeMs / PART[severity])),
  },
  phrase(seen) {
    if (seen === null) return "certificate expires";
    return `certificate ${showEnd(seen.value)}${showDay(seen.certificateUntilMs)}`;
  },
} as const satisfies ThresholdRule;

/** In whole days, e.g. `expires in 6 days`. */
function showEnd(daysLeft: number): string {
  const days = Math.floor(Math.abs(daysLeft));
  const span = days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
  return daysLeft < 0 ? `expired ${span} ago` : `expires in ${span}`;
}

function showDay(atMs: EpochMs | undefined): string {
  return atMs === undefined ? "" : ` (${toIso(atMs).slice(0, 10)})`;
}
