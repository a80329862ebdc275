import { inParallel } from "../in-parallel.ts";
import type { TaskStatusRecord } from "../ports/task-status-store.ts";
import { keepStatus } from "./keep-status.ts";
import type { PlanServices } from "./services.ts";

const STATUSES_AT_ONCE = 16;

/** Statuses whose events go out together; a bus that takes none of them is not asked again. */
const STATUSES_A_ROUND = 100;

/**
 * Publishes what stored statuses owe and strikes what was delivered. A crash in between publishes
 * it once more, under the same id. Returns why events are still owed.
 */
export async function deliverOwed(
  services: PlanServices,
  owing: readonly TaskStatusRecord[],
): Promise<Error[]> {
  const failures: Error[] = [];
  for (let at = 0; at < owing.length; at += STATUSES_A_ROUND) {
    const round = await deliverRound(services, owing.slice(at, at + STATUSES_A_ROUND));
    failures.push(...round.failures);
    if (round.deliveredCount === 0) break;
  }
  return failures;
}

interface Round {
  readonly deliveredCount: number;
  readonly failures: readonly Error[];
}

async function deliverRound(
  services: PlanServices,
  owing: readonly TaskStatusRecord[],
): Promise<Round> {
  try {
    const { delivered, failed } = await services.bus.publish(owing.flatMap(({ owed }) => owed));
    const struck = new Set(delivered);
    await inParallel(owing, STATUSES_AT_ONCE, (record) => strike(services, record, struck));
    const codes = [...new Set(failed.map(({ code }) => code))].join(", ");
    const failure = new Error(`${failed.length} events are still owed: ${codes}`);
    return { deliveredCount: delivered.length, failures: failed.length > 0 ? [failure] : [] };
  } catch (error) {
    const failure = new Error(`Events are still owed: ${String(error)}`, { cause: error });
    return { deliveredCount: 0, failures: [failure] };
  }
}

async function strike(
  { statuses }: PlanServices,
  record: TaskStatusRecord,
  delivered: ReadonlySet<string>,
): Promise<void> {
  const owed = record.owed.filter(({ id }) => !delivered.has(id));
  if (owed.length === record.owed.length) return;
  const isDone = record.status === "ok" && owed.length === 0;
  await keepStatus(statuses, record, isDone ? null : { ...record, owed });
}
