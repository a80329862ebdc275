import {
  maintenanceEntry,
  quietingEntry,
  type SettingEntry,
} from "../../shared/alerting/operators/operators.ts";
import type { Scope } from "../../shared/alerting/settings/settings.ts";
import { deriveId } from "../../shared/hash.ts";
import { type DurationMs, type EpochMs, HOUR_MS } from "../../shared/units.ts";

const ID_CHARACTERS = 8;

/** How long a silence or a maintenance is unless somebody says otherwise. */
export const USUAL_ORDER_MS: DurationMs = HOUR_MS;

/** What somebody wants to hold from now on. */
export interface Order {
  readonly kind: "maintenance" | "silence" | "acknowledge";
  readonly scope: Scope;
  /** Null for the usual end: in an hour, or that of the incident. */
  readonly untilMs: EpochMs | null;
  readonly reason: string;
  readonly by: string;
}

/** A short id for a new entry: people type it to end the entry. */
export function newEntryId(
  kind: string,
  scope: Scope,
  { by, atMs }: { readonly by: string; readonly atMs: EpochMs },
): string {
  return deriveId(kind, JSON.stringify(scope), by, atMs).slice(0, ID_CHARACTERS);
}

/** The entry of an order that is given now. The parser of entries has the last word on it. */
export function orderEntry(
  { kind, scope, reason, by, ...order }: Order,
  nowMs: EpochMs,
): SettingEntry {
  const id = newEntryId(kind, scope, { by, atMs: nowMs });
  const made = { id, scope, reason, by, createdAtMs: nowMs };
  const usualMs = nowMs + USUAL_ORDER_MS;
  if (kind === "maintenance") {
    const schedule = { kind: "once", fromMs: nowMs, untilMs: order.untilMs ?? usualMs } as const;
    return maintenanceEntry({ ...made, schedule });
  }
  const untilMs = order.untilMs ?? (kind === "silence" ? usualMs : null);
  return quietingEntry({ ...made, kind, fromMs: nowMs, untilMs });
}
