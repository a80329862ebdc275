import type { Summary } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import type { HistorySources } from "./sources.ts";

const QUERIES_AT_ONCE = 8;

/** Tasks, and up to when all minutes are judged. */
export interface MinutesQuery {
  readonly tasks: readonly { readonly name: string; readonly scheduleMs: DurationMs }[];
  readonly judgedToMs: EpochMs;
}

/**
 * Reads the newest minute of each task by name: of tasks that are checked every minute, the one before
 * `judgedToMs`, all with one batch; of a slower one its last minute with a check that was due. A task
 * that has none there is absent.
 */
export async function readNewestMinutes(
  { summaries }: Pick<HistorySources, "summaries">,
  { tasks, judgedToMs }: MinutesQuery,
): Promise<Map<string, Summary>> {
  const fast = tasks.filter(({ scheduleMs }) => scheduleMs <= MINUTE_MS);
  const slow = tasks.filter(({ scheduleMs }) => scheduleMs > MINUTE_MS);
  const names = fast.map(({ name }) => name);
  const [minutes, others] = await Promise.all([
    names.length === 0 ? [] : summaries.readSummaries(names, judgedToMs - MINUTE_MS),
    inParallel(slow, QUERIES_AT_ONCE, ({ name, scheduleMs }) =>
      summaries.readLatest(name, {
        sinceMs: judgedToMs - scheduleMs - 2 * MINUTE_MS,
        untilMs: judgedToMs,
        limit: 1,
      }),
    ),
  ]);
  return new Map([...minutes, ...others.flat()].map((summary) => [summary.taskName, summary]));
}
