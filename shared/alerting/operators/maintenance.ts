import type { DurationMs, EpochMs } from "../../units.ts";
import { covers, type Scope, type ScopedTask } from "../settings/settings.ts";
import { type Span, spanAt } from "./recurring-window.ts";

/** When a maintenance is: once, or from each start that a cron expression gives. */
export type MaintenanceSchedule =
  | { readonly kind: "once"; readonly fromMs: EpochMs; readonly untilMs: EpochMs }
  | {
      readonly kind: "recurring";
      /** Five fields, in `timeZone`. */
      readonly cron: string;
      /** A name of the IANA time zone database. */
      readonly timeZone: string;
      readonly durationMs: DurationMs;
    };

/** A time in which alerts are held because somebody works on the targets. */
export interface Maintenance {
  readonly id: string;
  readonly scope: Scope;
  readonly schedule: MaintenanceSchedule;
  readonly reason: string;
  /** Who announced it; null if a task file did. */
  readonly by: string | null;
  /** When the entry was made; null if its author did not say. */
  readonly createdAtMs: EpochMs | null;
}

/** A maintenance that is on, and when its present window ends. */
export interface ActiveMaintenance {
  readonly maintenance: Maintenance;
  readonly endsAtMs: EpochMs;
}

/** The maintenance that holds a task's alerts at an instant: of several, the one that ends last. */
export function maintenanceAt(
  { maintenances }: { readonly maintenances: readonly Maintenance[] },
  task: ScopedTask,
  atMs: EpochMs,
): ActiveMaintenance | null {
  let last: ActiveMaintenance | null = null;
  for (const maintenance of maintenances) {
    if (!covers(maintenance.scope, task)) continue;
    const { isOn, untilMs } = holdingSpan(maintenance, atMs);
    if (isOn && (last === null || untilMs > last.endsAtMs)) {
      last = { maintenance, endsAtMs: untilMs };
    }
  }
  return last;
}

/** The times within an interval in which a task is in maintenance, oldest first, without an overlap. */
export function maintenanceSpans(
  { maintenances }: { readonly maintenances: readonly Maintenance[] },
  task: ScopedTask,
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
): { readonly fromMs: EpochMs; readonly toMs: EpochMs }[] {
  const own = { maintenances: maintenances.filter(({ scope }) => covers(scope, task)) };
  const spans: { fromMs: EpochMs; toMs: EpochMs }[] = [];
  for (let atMs = fromMs; atMs < toMs; ) {
    const active = maintenanceAt(own, task, atMs);
    const nextMs = active?.endsAtMs ?? nextStartOf(own.maintenances, atMs);
    if (active !== null) extend(spans, { fromMs: atMs, toMs: Math.min(nextMs, toMs) });
    atMs = nextMs;
  }
  return spans;
}

function nextStartOf(maintenances: readonly Maintenance[], atMs: EpochMs): EpochMs {
  const ends = maintenances.map((maintenance) => holdingSpan(maintenance, atMs).untilMs);
  return Math.min(...ends, Number.POSITIVE_INFINITY);
}

function extend(
  spans: { fromMs: EpochMs; toMs: EpochMs }[],
  next: { fromMs: EpochMs; toMs: EpochMs },
): void {
  const last = spans.at(-1);
  if (last?.toMs === next.fromMs) last.toMs = next.toMs;
  else spans.push(next);
}

/** What was last found of each maintenance: thousands of tasks ask for the same instant. */
const found = new WeakMap<Maintenance, Span>();

function holdingSpan(maintenance: Maintenance, atMs: EpochMs): Span {
  const known = found.get(maintenance);
  if (known !== undefined && known.fromMs <= atMs && atMs < known.untilMs) return known;
  const { schedule } = maintenance;
  const span = schedule.kind === "once" ? onceAt(schedule, atMs) : spanAt(schedule, atMs);
  found.set(maintenance, span);
  return span;
}

function onceAt(window: { fromMs: EpochMs; untilMs: EpochMs }, atMs: EpochMs): Span {
  if (atMs < window.fromMs) return { isOn: false, fromMs: atMs, untilMs: window.fromMs };
  if (atMs < window.untilMs) return { isOn: true, ...window };
  return { isOn: false, fromMs: atMs, untilMs: Number.POSITIVE_INFINITY };
}
