import { type EpochMs, toIso } from "../units.ts";
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

/** An instant for people: `2026-05-01 14:02 UTC`. */
export function showInstant(at: EpochMs): string {
  return `${toIso(at).slice(0, 16).replace("T", " ")} UTC`;
}

/** A day for people: `2026-05-01`. */
export function showDay(at: EpochMs): string {
  return toIso(at).slice(0, 10);
}
