import { isDeepStrictEqual } from "node:util";
import {
  nextPlanStatus,
  nextTaskStatus,
  PLAN_STATUS_NAME,
  type PlanFinding,
  type PlanMoment,
  type Rejection,
  type TaskStatusItem,
} from "../../shared/status/status.ts";
import type { EpochMs } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import { deliverPending } from "../outbox/outbox.ts";
import type {
  DamagedStatus,
  TaskStatusRecord,
  TaskStatusStore,
} from "../ports/task-status-store.ts";
import type { PlanServices } from "./services.ts";

/** What a run found wrong with the plan as a whole and with single tasks. */
export interface Findings {
  readonly plan: PlanFinding;
  readonly rejections: ReadonlyMap<string, Rejection>;
  readonly nowMs: EpochMs;
}

const STATUSES_AT_ONCE = 16;

/** A bus that takes nothing is asked for this many statuses only. */
const STATUSES_A_ROUND = 100;

/**
 * Writes each status that changed, with its event in the same item, then delivers the pending events
 * of this run and of earlier ones. Returns what failed; the next run tries it again. A status that
 * can't be read counts as failed and is not replaced, because it may have pending events. One with an
 * event that can't be read is stored without it, and that counts as failed once.
 */
export async function settleStatuses(services: PlanServices, findings: Findings): Promise<Error[]> {
  const { held, damaged, cut } = await readHeld(services);
  const failures = [...[...damaged.values()].map(unreadable), ...cut.map(eventDropped)];
  const cutNames = new Set(cut.map(({ name }) => name));
  const names = new Set([PLAN_STATUS_NAME, ...held.keys(), ...findings.rejections.keys()]);
  for (const name of damaged.keys()) names.delete(name);
  const kept = await inParallel([...names], STATUSES_AT_ONCE, async (name) => {
    const now = held.get(name) ?? null;
    try {
      const next = nextStatus(name, now, { ...findings, fleet: services.fleet });
      return await keepStatus(services.statuses, now, next, cutNames.has(name));
    } catch (error) {
      failures.push(new Error(`Status of "${name}": ${String(error)}`, { cause: error }));
      return null;
    }
  });
  const stored = kept.filter((record) => record !== null);
  return [...failures, ...(await deliverEvents(services, stored))];
}

/**
 * Writes the status of the plan itself and no status of a task, and delivers its events. Throws if it
 * can't be read. Returns why events are still pending.
 */
export async function settlePlanStatus(
  services: PlanServices,
  finding: PlanFinding,
  nowMs: EpochMs,
): Promise<Error[]> {
  const { held, damaged } = await readHeld(services);
  const item = damaged.get(PLAN_STATUS_NAME);
  if (item !== undefined) throw unreadable(item);
  const now = held.get(PLAN_STATUS_NAME) ?? null;
  const next = nextPlanStatus(now, finding, { fleet: services.fleet, nowMs });
  const stored = await keepStatus(services.statuses, now, next);
  return stored === null ? [] : deliverEvents(services, [stored]);
}

interface Held {
  readonly held: ReadonlyMap<string, TaskStatusRecord>;
  readonly damaged: ReadonlyMap<string, DamagedStatus>;
  readonly cut: readonly DamagedStatus[];
}

async function readHeld({ statuses }: PlanServices): Promise<Held> {
  const { records, damaged, cut = [] } = await statuses.readStatuses();
  return {
    held: new Map(records.map((record) => [record.name, record])),
    damaged: new Map(damaged.map((item) => [item.name, item])),
    cut,
  };
}

function unreadable({ reason }: DamagedStatus): Error {
  return new Error(`${reason}; it stays as it is`);
}

function eventDropped({ name, reason }: DamagedStatus): Error {
  return new Error(`Status of "${name}": a pending event is dropped: ${reason}`);
}

function nextStatus(
  name: string,
  held: TaskStatusRecord | null,
  findings: Findings & PlanMoment,
): TaskStatusItem | null {
  if (name === PLAN_STATUS_NAME) return nextPlanStatus(held, findings.plan, findings);
  return nextTaskStatus(held, findings.rejections.get(name) ?? null, findings);
}

/**
 * Stores the next status if it differs from the held one, or if that has lost an event. Returns the stored status; null if there
 * is none, or if another run has stored its own, which then delivers the events.
 */
async function keepStatus(
  statuses: TaskStatusStore,
  held: TaskStatusRecord | null,
  next: TaskStatusItem | null,
  isCut = false,
): Promise<TaskStatusRecord | null> {
  if (next === null) {
    if (held !== null) await statuses.deleteStatus(held);
    return null;
  }
  if (held !== null && !isCut && isSame(held, next)) return held;
  const record = { ...next, version: (held?.version ?? 0) + 1 };
  return (await statuses.putStatus(record)) === "stored" ? record : null;
}

function isSame(held: TaskStatusRecord, next: TaskStatusItem): boolean {
  return isDeepStrictEqual(held, { ...next, version: held.version });
}

/** Publishes the pending events of stored statuses. Returns why events are still pending. */
async function deliverEvents(
  { bus, now, statuses }: PlanServices,
  owners: readonly TaskStatusRecord[],
): Promise<Error[]> {
  try {
    const refused = await deliverPending({
      owners,
      acknowledge: (record, pending) => {
        const isDone = record.status === "ok" && pending.length === 0;
        return keepStatus(statuses, record, isDone ? null : { ...record, pending });
      },
      ...{ bus, now },
      // The function's timeout is the only limit, and the next run tries again.
      deadlineMs: Number.POSITIVE_INFINITY,
      roundSize: STATUSES_A_ROUND,
      retry: null,
    });
    if (refused.length === 0) return [];
    const codes = [...new Set(refused)].join(", ");
    return [new Error(`${refused.length} events are still pending: ${codes}`)];
  } catch (error) {
    return [new Error(`Events are still pending: ${String(error)}`, { cause: error })];
  }
}
