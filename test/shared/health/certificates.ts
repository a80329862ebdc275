import {
  type DeepNote,
  figuresOf,
  type RegionWindow,
  type TaskWindow,
} from "../../../shared/summary/summary.ts";
import { DAY_MS, MINUTE_MS } from "../../../shared/units.ts";
import { NOON, regionWindow, windowAt } from "./windows.ts";

export type Certificate = NonNullable<DeepNote["certificate"]>;

/** A certificate that ends so many days after noon; its first letter names it. */
export function certificate(letter: string, days: number, lifetimeDays = 365): Certificate {
  const untilMs = NOON + days * DAY_MS;
  return { id: letter.repeat(16), fromMs: untilMs - lifetimeDays * DAY_MS, untilMs };
}

const QUIET = {
  ...{ dialogueTimeMs: null, isRetried: false },
  ...{ sentBytes: 500, receivedBytes: 4_000, sentMessages: 0, receivedMessages: 0 },
};

/** A region whose checks see these certificates in turn; all of them pass. */
function tlsRegion(
  seen: readonly Certificate[],
  startMs: number,
  noted: Partial<DeepNote> = {},
): RegionWindow {
  const plain = regionWindow("p".repeat(Math.max(1, seen.length)), startMs);
  const checks = plain.checks.map((check, i) => {
    const own = seen[i];
    if (own === undefined) return check;
    return { ...check, deep: { ...QUIET, tlsTimeMs: 20, certificate: own, ...noted } };
  });
  return { ...plain, checks, figures: figuresOf({ expectedCount: checks.length }, checks) };
}

/** A window so many minutes after noon in which regions see certificates; with a text, as `regionWindow`. */
export function tlsWindow(
  minute: number,
  regions: Readonly<Record<string, readonly Certificate[] | string>>,
  different: Partial<TaskWindow> = {},
): TaskWindow {
  const startMs = NOON + minute * MINUTE_MS;
  const own = Object.entries(regions).map(([name, seen]) => [
    name,
    typeof seen === "string" ? regionWindow(seen, startMs) : tlsRegion(seen, startMs),
  ]);
  return { ...windowAt(minute, {}, 60_000), ...different, regions: Object.fromEntries(own) };
}
