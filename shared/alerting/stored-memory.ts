import type { AlertingMemory, FleetAlerting, HeldStatus } from "./model.ts";
import type { OpenSpell } from "./open-spell.ts";
import type { Storm } from "./storms.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is remembered of a task in its stored form, which is plain JSON. Throws if what was held can't
 * be read: without it nobody would ever be told. Anything else is left out if it is odd.
 */
export function parseAlertingMemory(text: string): AlertingMemory {
  const stored: unknown = JSON.parse(text);
  if (!isFields(stored)) throw new Error("alerting must be a JSON object");
  const { held, heldAdvisories, reminded, escalated } = stored;
  if (held !== undefined && !isHeld(held)) throw new Error("alerting.held is damaged");
  return {
    ...(held !== undefined && { held }),
    ...(isFields(heldAdvisories) && { heldAdvisories }),
    ...(isFields(reminded) && isReminded(reminded) && { reminded }),
    ...(typeof escalated === "number" && { escalated }),
  } as AlertingMemory;
}

/** What is remembered of the fleet in its stored form. Throws if it can't be read. */
export function parseFleetAlerting(text: string): FleetAlerting {
  const stored: unknown = JSON.parse(text);
  const { storms, toldQuietings } = isFields(stored) ? stored : {};
  if (!isFields(storms) || !isNumber(storms.count) || !Array.isArray(storms.open)) {
    throw new Error("alerting must have storms");
  }
  const open: readonly unknown[] = storms.open;
  const told: readonly unknown[] = Array.isArray(toldQuietings) ? toldQuietings : [];
  return {
    storms: { count: storms.count, open: open.filter(isStorm) },
    toldQuietings: told.filter((id) => typeof id === "string"),
  };
}

function isHeld(value: unknown): value is HeldStatus {
  if (!isFields(value)) return false;
  return typeof value.told === "string" && typeof value.by === "string" && isNumber(value.sinceMs);
}

function isReminded({ track, number, count }: Fields): boolean {
  return isTrack(track) && isNumber(number) && isNumber(count);
}

function isStorm(value: unknown): value is Storm {
  if (!isFields(value)) return false;
  return isTrack(value.track) && isNumber(value.number) && isNumber(value.openedAtMs);
}

function isTrack(value: unknown): value is OpenSpell["track"] {
  return value === "incident" || value === "warning" || value === "silence";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
