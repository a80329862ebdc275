import {
  type AlertingSettings,
  maintenanceAt,
  quietingAt,
} from "../../../shared/alerting/operators/operators.ts";
import type { EpochMs } from "../../../shared/units.ts";

/**
 * Why alerts on a group, or with null on the fleet as a whole, are held: a maintenance or a silence of
 * that target or of the fleet. Null if they are not. One of single tasks holds neither.
 */
export function fleetHoldAt(
  settings: AlertingSettings,
  targetId: string | null,
  atMs: EpochMs,
): "maintenance" | "silence" | null {
  const about = { name: "", targetId };
  if (maintenanceAt(settings, about, atMs) !== null) return "maintenance";
  const quieting = quietingAt(settings, about, { atMs, openedAtMs: null });
  return quieting === null ? null : "silence";
}
