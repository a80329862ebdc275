import { inParallel } from "../in-parallel.ts";
import type { TaskStatusRecord } from "../ports/task-status-store.ts";
import { keepStatus } from "./keep-status.ts";
import type { PlanServices } from "./services.ts";

const STATUSES_AT_ONCE = 16;

/** Statuses whose events go out together; a bus that takes none of them is not asked again. */
const STATUSES_A_ROUND = 100;

/**
 * Publishes the pending events of stored statuses and acknowledges the delivered ones. A crash in between publishes
 * it once more, under the same id. Returns why events are still pending.
 */
export async function deliverPending(
  services: PlanServices,
  undelivered: readonly TaskStatusRecord[],
): Promise<Error[]> {
  const failures: Error[] = [];
  for (let at = 0; at < undelivered.length; at += STATUSES_A_ROUND) {
    const round = await deliverRound(services, undelivered.slice(at, at + STATUSES_A_ROUND));
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
  undelivered: readonly TaskStatusRecord[],
): Promise<Round> {
  try {
    const { delivered, failed } = await services.bus.publish(
      undelivered.flatMap(({ pending }) => pending),
    );
    const taken = new Set(delivered);
    await inParallel(undelivered, STATUSES_AT_ONCE, (record) =>
      acknowledge(services, record, taken),
    );
    const codes = [...new Set(failed.map(({ code }) => code))].join(", ");
    const failure = new Error(`${failed.length} events are still pending: ${codes}`);
    return { deliveredCount: delivered.length, failures: failed.length > 0 ? [failure] : [] };
  } catch (error) {
    const failure = new Error(`Events are still pending: ${String(error)}`, { cause: error });
    return { deliveredCount: 0, failures: [failure] };
  }
}

async function acknowledge(
  { statuses }: PlanServices,
  record: TaskStatusRecord,
  delivered: ReadonlySet<string>,
): Promise<void> {
  const pending = record.pending.filter(({ id }) => !delivered.has(id));
  if (pending.length === record.pending.length) return;
  const isDone = record.status === "ok" && pending.length === 0;
  await keepStatus(statuses, record, isDone ? null : { ...record, pending });
}
