import { DETAIL_TYPES } from "../../shared/contract.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { TaskState, TaskStatus } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/** A time in which a task had one status. */
export interface StatusSpan extends Interval {
  readonly status: TaskStatus;
}

/** A change of a task's status, as the history has it. */
export interface StatusChange {
  readonly taskName: string;
  readonly atMs: EpochMs;
  readonly from: TaskStatus;
  readonly to: TaskStatus;
}

const STATUSES: readonly unknown[] = ["OK", "WARNING", "CRITICAL", "NO_DATA"];

/**
 * The change that an event tells; null if it tells none. What is told late, or again, is no change: its
 * event has a `notice`.
 */
export function statusChangeOf({
  detailType,
  time,
  detail,
}: Pick<OutgoingEvent, "time" | "detail"> & {
  readonly detailType: string;
}): StatusChange | null {
  if (detailType !== DETAIL_TYPES.stateChange) return null;
  const { task_name, state, previous_state, notice } = detail as Readonly<Record<string, unknown>>;
  const isKnown = STATUSES.includes(state) && STATUSES.includes(previous_state);
  if (!isKnown || notice !== undefined || typeof task_name !== "string") return null;
  return {
    taskName: task_name,
    atMs: time,
    from: previous_state as TaskStatus,
    to: state as TaskStatus,
  };
}

/**
 * The spans of a task's status in an interval, oldest first: from its present state back through its
 * changes, which are newest first. A change that is dated after the next one has no span.
 */
export function statusSpans(
  { status }: Pick<TaskState, "status">,
  changes: readonly Omit<StatusChange, "taskName">[],
  { fromMs, toMs }: Interval,
): StatusSpan[] {
  const spans: StatusSpan[] = [];
  let endMs = toMs;
  let present = status;
  const add = (startMs: EpochMs): void => {
    const span = { status: present, fromMs: Math.max(startMs, fromMs), toMs: endMs };
    if (span.fromMs < span.toMs) spans.unshift(span);
    endMs = Math.min(endMs, span.fromMs);
  };
  for (const change of changes) {
    if (change.atMs < endMs) add(change.atMs);
    present = change.from;
  }
  add(fromMs);
  return spans;
}
