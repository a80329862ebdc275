import {
  maintenanceSpans,
  parseEntries,
  type SettingEntry,
} from "../../../shared/alerting/operators/operators.ts";
import type { ScopedTask } from "../../../shared/alerting/settings/settings.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { SeriesSpan } from "./span.ts";

/** What tells when a task was in maintenance. */
export interface MaintenanceGround {
  readonly task: ScopedTask;
  readonly entries: readonly SettingEntry[];
  /** The task's events of the time. */
  readonly events: readonly OutgoingEvent[];
}

/**
 * When a task was in maintenance: by the entries that stand, which are kept for 30 days after their end,
 * and by the events that a maintenance held, which tell a minute of one whose entry is gone. What is
 * closer together than a period of the plot is one span.
 */
export function maintenancesOf(
  { task, entries, events }: MaintenanceGround,
  { fromMs, toMs, stepMs }: SeriesSpan,
  nowMs: EpochMs,
): Interval[] {
  const interval = { fromMs, toMs: Math.min(toMs, nowMs) };
  const standing = maintenanceSpans(parseEntries(entries).settings, task, interval);
  const told = events.flatMap((event) => heldMinute(event) ?? []);
  return joined([...standing, ...told.filter((one) => one.fromMs >= fromMs)], stepMs)
    .filter((span) => span.fromMs < interval.toMs)
    .map((span) => ({ ...span, toMs: Math.min(span.toMs, interval.toMs) }));
}

function heldMinute({ time, detail }: OutgoingEvent): Interval | null {
  const { suppressed_by: heldBy } = detail as Readonly<Record<string, unknown>>;
  return heldBy === "maintenance" ? { fromMs: time, toMs: time + MINUTE_MS } : null;
}

function joined(spans: readonly Interval[], gapMs: number): Interval[] {
  const whole: { fromMs: EpochMs; toMs: EpochMs }[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = whole.at(-1);
    if (last === undefined || span.fromMs - last.toMs >= gapMs) whole.push({ ...span });
    else last.toMs = Math.max(last.toMs, span.toMs);
  }
  return whole;
}
