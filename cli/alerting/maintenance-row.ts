import { showScope } from "../../functions/operate/operate.ts";
import {
  type Maintenance,
  type MaintenanceSchedule,
  maintenanceAt,
} from "../../shared/alerting/operators/operators.ts";
import type { Scope, ScopedTask } from "../../shared/alerting/settings/settings.ts";
import { type EpochMs, MINUTE_MS, toIso } from "../../shared/units.ts";

/** A maintenance as its list shows it. */
export interface MaintenanceRow {
  readonly of: string;
  readonly when: string;
  readonly state: "on" | "off" | "over";
  /** When the present window ends, in ISO 8601; null if it is not on. */
  readonly ends_at: string | null;
}

/** How a maintenance is at an instant. */
export function maintenanceRow(maintenance: Maintenance, nowMs: EpochMs): MaintenanceRow {
  const { schedule, scope } = maintenance;
  const active = maintenanceAt({ maintenances: [maintenance] }, taskIn(scope), nowMs);
  const isOver = schedule.kind === "once" && nowMs >= schedule.untilMs;
  return {
    of: showScope(scope),
    when: showSchedule(schedule),
    state: active !== null ? "on" : isOver ? "over" : "off",
    ends_at: active === null ? null : toIso(active.endsAtMs),
  };
}

/** A task that the scope covers. */
function taskIn(scope: Scope): ScopedTask {
  return {
    name: scope.kind === "task" ? scope.name : "",
    targetId: scope.kind === "target" ? scope.id : null,
  };
}

function showSchedule(schedule: MaintenanceSchedule): string {
  if (schedule.kind === "once") return `${toIso(schedule.fromMs)} to ${toIso(schedule.untilMs)}`;
  const { cron, timeZone, durationMs } = schedule;
  return `${cron} ${timeZone}, ${durationMs / MINUTE_MS} min`;
}
