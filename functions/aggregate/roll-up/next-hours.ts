import { deriveId } from "../../../shared/hash.ts";
import { SLICES } from "../../../shared/summary/packed/packed.ts";
import { type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import type { OpenWindow } from "../../ports/progress-store.ts";
import type { PackedHour, RollUp } from "../../ports/roll-up-store.ts";

/** What the hours to pack follow from. */
export interface Closed {
  readonly watermarkMs: EpochMs;
  readonly openWindows: readonly OpenWindow[];
  /** How long minutes are there to be packed. */
  readonly minuteMs: DurationMs;
}

/** The start of the hour that an instant is in. */
function startOfHour(at: EpochMs): EpochMs {
  return at - (at % HOUR_MS);
}

/**
 * How far hours are packed, as a run begins. The first hour is the present one. If the watermark was
 * taken back, so are the hours; what is older than the minutes that are kept is left out. An hour whose
 * open windows are others than when it was begun is packed again.
 */
export function beginRollUp(stored: RollUp | null, closed: Closed): RollUp {
  const presentMs = startOfHour(closed.watermarkMs);
  const oldestMs = startOfHour(closed.watermarkMs - closed.minuteMs);
  const current = stored?.current;
  const hourMs = Math.min(presentMs, Math.max(current?.hourMs ?? presentMs, oldestMs));
  const kept = current?.hourMs === hourMs && current.slice > 0 ? current : null;
  const before = (stored?.unsettled ?? []).filter((hour) => hour.hourMs < hourMs);
  return {
    current: kept ?? beginHour(hourMs, closed),
    unsettled: before.flatMap((hour) => againIfChanged(hour, closed)),
  };
}

function beginHour(hourMs: EpochMs, closed: Closed): PackedHour {
  return { hourMs, slice: 0, open: openIn(hourMs, closed) };
}

/** Nothing if all of it is packed and nothing can change any more. */
function againIfChanged(hour: PackedHour, closed: Closed): PackedHour[] {
  const next = beginHour(hour.hourMs, closed);
  if (next.open !== hour.open) return [next];
  return isPacked(hour) && hour.open === "" ? [] : [hour];
}

/** A name of the open windows in an hour and of what has come of them; empty without one. */
function openIn(hourMs: EpochMs, { openWindows }: Closed): string {
  const own = openWindows.filter(({ startMs }) => startOfHour(startMs) === hourMs);
  return own.length === 0 ? "" : deriveId(JSON.stringify(own));
}

/** Whether every slice of an hour is packed. */
export function isPacked({ slice }: PackedHour): boolean {
  return slice >= SLICES;
}

/**
 * Up to which slice of its tasks the current hour is to be packed now: one a minute since its end, so
 * that no minute has much to do.
 */
export function dueSlice({ hourMs }: PackedHour, { watermarkMs }: Closed): number {
  const sinceMs = watermarkMs - hourMs - HOUR_MS;
  return sinceMs < 0 ? 0 : Math.min(SLICES, 1 + Math.floor(sinceMs / MINUTE_MS));
}

/** The next hour, after the current one is packed. */
export function passHour({ current, unsettled }: RollUp, closed: Closed): RollUp {
  const left = current.open === "" ? [] : againIfChanged(current, closed);
  return {
    current: beginHour(current.hourMs + HOUR_MS, closed),
    unsettled: [...unsettled, ...left],
  };
}
