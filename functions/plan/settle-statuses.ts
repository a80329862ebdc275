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
import type { DamagedStatus, TaskStatusRecord } from "../ports/task-status-store.ts";
import { deliverPending } from "./deliver-pending.ts";
import { keepStatus } from "./keep-status.ts";
import type { PlanServices } from "./services.ts";

/** What a run found out about the plan and its tasks. */
export interface Findings {
  readonly plan: PlanFinding;
  readonly rejections: ReadonlyMap<string, Rejection>;
  readonly nowMs: EpochMs;
}

const STATUSES_AT_ONCE = 16;

/**
 * Writes each status that changed, with its pending event in the same item, then delivers
 * pending events of this run and of earlier ones. Returns what failed; the next run takes it up again.
 * A status that can't be read stays as it is, because it may have pending events, and is such a failure.
 */
export async function settleStatuses(services: PlanServices, findings: Findings): Promise<Error[]> {
  const { held, damaged } = await readHeld(services);
  const failures = [...damaged.values()].map(leftAsItIs);
  const names = new Set([PLAN_STATUS_NAME, ...held.keys(), ...findings.rejections.keys()]);
  for (const name of damaged.keys()) names.delete(name);
  const kept = await inParallel([...names], STATUSES_AT_ONCE, async (name) => {
    const now = held.get(name) ?? null;
    try {
      const next = nextStatus(name, now, { ...findings, fleet: services.fleet });
      return await keepStatus(services.statuses, now, next);
    } catch (error) {
      failures.push(new Error(`Status of "${name}": ${String(error)}`, { cause: error }));
      return null;
    }
  });
  const undelivered = kept
    .filter((record) => record !== null)
    .filter(({ pending }) => pending.length > 0);
  return [...failures, ...(await deliverPending(services, undelivered))];
}

/** Writes what there is to say of the plan itself, and nothing of any task. */
export async function settlePlanStatus(
  services: PlanServices,
  finding: PlanFinding,
  nowMs: EpochMs,
): Promise<void> {
  const { held, damaged } = await readHeld(services);
  const unreadable = damaged.get(PLAN_STATUS_NAME);
  if (unreadable !== undefined) throw leftAsItIs(unreadable);
  const now = held.get(PLAN_STATUS_NAME) ?? null;
  await keepStatus(services.statuses, now, nextPlanStatus(now, finding, nowMs));
}

interface Held {
  readonly held: ReadonlyMap<string, TaskStatusRecord>;
  readonly damaged: ReadonlyMap<string, DamagedStatus>;
}

async function readHeld({ statuses }: PlanServices): Promise<Held> {
  const { records, damaged } = await statuses.readStatuses();
  return {
    held: new Map(records.map((record) => [record.name, record])),
    damaged: new Map(damaged.map((item) => [item.name, item])),
  };
}

function leftAsItIs({ reason }: DamagedStatus): Error {
  return new Error(`${reason}; it stays as it is`);
}

function nextStatus(
  name: string,
  held: TaskStatusRecord | null,
  findings: Findings & PlanMoment,
): TaskStatusItem | null {
  if (name === PLAN_STATUS_NAME) return nextPlanStatus(held, findings.plan, findings.nowMs);
  return nextTaskStatus(held, findings.rejections.get(name) ?? null, findings);
}
