import {
  type UsualTimes,
  usualMinutes,
  usualTimesOf,
  wantsUsual,
} from "../../../shared/health/trends/trends.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { TaskRecord } from "../../ports/state-store.ts";
import type { AggregateServices } from "../services/services.ts";
import type { TaskMemory } from "./task-memory.ts";

/** Of no more tasks are the usual times read for one window: those that have waited longest. */
const MOST_TASKS = 20;

const PARALLEL_READS = 5;

/** Judging waits no longer: while a table takes no more, a read waits until its run has no time left. */
const WAIT_MS: DurationMs = 2 * SECOND_MS;

/**
 * Reads the usual connect times of the tasks that are above their limits. Without them a task's limit
 * alone counts, so what can't be read, or not in time, is only told.
 */
export async function readUsual(
  { summaries, sleep }: Pick<AggregateServices, "summaries" | "sleep">,
  memory: TaskMemory,
  { toMs }: Interval,
): Promise<ReadonlyMap<string, UsualTimes>> {
  const found = new Map<string, UsualTimes>();
  const wanting = [...memory.records.values()]
    .filter(({ state }) => wantsUsual(state.trends, toMs))
    .sort((a, b) => readAt(a) - readAt(b))
    .slice(0, MOST_TASKS);
  if (wanting.length === 0) return found;
  let isLate = false;
  const reading = inParallel(wanting, PARALLEL_READS, async ({ task: { name } }) => {
    if (isLate) return;
    try {
      const read = await summaries.readMinutes(name, usualMinutes(toMs));
      found.set(name, usualTimesOf(read, toMs));
    } catch (error) {
      memory.faults.add(`The usual connect times of a task can't be read: ${String(error)}`);
    }
  });
  const late = sleep(WAIT_MS).then(() => {
    isLate = true;
    return "late" as const;
  });
  if ((await Promise.race([reading, late])) === "late")
    memory.faults.add(`The usual connect times of tasks can't be read within ${WAIT_MS} ms`);
  // A copy, because what is read later must not change it.
  return new Map(found);
}

function readAt({ state }: TaskRecord): number {
  return state.trends.usual?.readAtMs ?? 0;
}
