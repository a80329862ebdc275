import { INITIAL_STATE } from "../../shared/health/health.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import type { GroupStatus } from "./read-status.ts";
import { readChanges } from "./read-uptime.ts";
import type { FleetSources } from "./sources.ts";
import { type StatusSpan, statusSpans } from "./status-spans.ts";

/** Which groups are asked about, with all their tasks, and the time. It ends at `nowMs` at the latest. */
export interface BelowQuery extends Interval {
  readonly groups: readonly Pick<GroupStatus, "targetId" | "minHealthy">[];
  readonly tasks: readonly {
    readonly name: string;
    readonly host: string;
    readonly targetId: string | null;
  }[];
  readonly nowMs: EpochMs;
}

/** A task of a group: its target, and how it was. */
export interface GroupMember {
  readonly host: string;
  readonly spans: readonly StatusSpan[];
}

/**
 * Reads how long fewer of each group's targets were healthy than its `min_healthy`, or than one if it
 * has none; by `target_id`.
 */
export async function readBelowTimes(
  sources: Pick<FleetSources, "states" | "alerts">,
  { groups, tasks, fromMs, toMs, nowMs }: BelowQuery,
): Promise<Map<string, DurationMs>> {
  const interval = { fromMs, toMs: Math.min(toMs, nowMs) };
  const [{ records }, changes] = await Promise.all([
    sources.states.readRecords(),
    readChanges(sources, { fromMs, untilMs: nowMs + 1, taskName: null }),
  ]);
  const states = new Map(records.map(({ task, state }) => [task.name, state]));
  const members = tasks.map(({ name, host, targetId }) => {
    const state = states.get(name) ?? INITIAL_STATE;
    return { host, targetId, spans: statusSpans(state, changes.get(name) ?? [], interval) };
  });
  return new Map(
    groups.map(({ targetId, minHealthy }) => {
      const own = members.filter((member) => member.targetId === targetId);
      return [targetId, belowTime(own, { ...interval, least: minHealthy ?? 1 })];
    }),
  );
}

/** How long, in an interval, fewer than `least` targets were healthy. One of a target's tasks in CRITICAL or NO_DATA is enough. */
export function belowTime(
  members: readonly GroupMember[],
  { least, fromMs, toMs }: Interval & { readonly least: number },
): DurationMs {
  const total = new Set(members.map(({ host }) => host)).size;
  const steps = members
    .flatMap(({ host, spans }) => spans.filter(isUnhealthy).flatMap((span) => stepsOf(host, span)))
    .sort((a, b) => a.atMs - b.atMs);
  const troubles = new Map<string, number>();
  let belowMs = 0;
  let lastMs = fromMs;
  const passTo = (atMs: EpochMs): void => {
    if (total - troubles.size < least) belowMs += atMs - lastMs;
    lastMs = atMs;
  };
  for (const { atMs, host, by } of steps) {
    passTo(atMs);
    const count = (troubles.get(host) ?? 0) + by;
    if (count === 0) troubles.delete(host);
    else troubles.set(host, count);
  }
  passTo(toMs);
  return belowMs;
}

function isUnhealthy({ status }: StatusSpan): boolean {
  return status === "CRITICAL" || status === "NO_DATA";
}

function stepsOf(host: string, { fromMs, toMs }: StatusSpan) {
  return [
    { atMs: fromMs, host, by: 1 },
    { atMs: toMs, host, by: -1 },
  ];
}
