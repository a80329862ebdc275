import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS, toIso } from "../units.ts";
import type { StatusState } from "./model.ts";

/** The word for each state. */
export const WORDS: Readonly<Record<StatusState, string>> = {
  up: "Operational",
  degraded: "Degraded",
  down: "Down",
  no_data: "No data",
  maintenance: "Maintenance",
  unknown: "Not checked yet",
};

/** A sign of its own for each state, so that no colour is needed to tell them apart. */
export const SIGNS: Readonly<Record<StatusState, string>> = {
  up: "●",
  degraded: "▲",
  down: "■",
  no_data: "○",
  maintenance: "◆",
  unknown: "○",
};

/** A share in percent: 100 % only if it is exactly that. */
export function showPercent(percent: number | null): string {
  if (percent === null) return "–";
  const shown = Math.floor(percent * 100) / 100;
  return `${shown === 100 ? "100" : shown.toFixed(2)} %`;
}

/** How long something lasted: `2 d 3 h`, `12 min`. */
export function showDuration(ms: DurationMs): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  const [unitMs, unit, partMs, part] =
    ms < DAY_MS
      ? ([HOUR_MS, "h", MINUTE_MS, "min"] as const)
      : ([DAY_MS, "d", HOUR_MS, "h"] as const);
  const rest = Math.floor((ms % unitMs) / partMs);
  return `${Math.floor(ms / unitMs)} ${unit}${rest === 0 ? "" : ` ${rest} ${part}`}`;
}

/** An instant for people: `2026-05-01 14:02 UTC`. */
export function showInstant(at: EpochMs): string {
  return `${toIso(at).slice(0, 16).replace("T", " ")} UTC`;
}

/** A day for people: `2026-05-01`. */
export function showDay(at: EpochMs): string {
  return toIso(at).slice(0, 10);
}
