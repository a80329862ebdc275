import type { BoardMinute } from "../../shared/board/board.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import { readSeries } from "./read-series.ts";
import type { FleetSources } from "./sources.ts";

/** Since when tasks are known, by name; nothing is known of those that are absent. */
export type KnownSince = ReadonlyMap<string, EpochMs>;

/** What tells since when tasks are known. */
export type KnownSources = Pick<FleetSources, "boards"> & Parameters<typeof readSeries>[0];

/** Nearly every task has a check in this time, and a gap in the boards is shorter. */
const SIGHT_MS: DurationMs = 10 * MINUTE_MS;

const READS_AT_ONCE = 8;

/** Reads since when tasks are known: of a day from the boards of all tasks, of more by a few queries a task. */
export async function readKnownSince(
  sources: KnownSources,
  names: readonly string[],
  interval: Interval,
): Promise<KnownSince> {
  if (interval.toMs - interval.fromMs <= DAY_MS) return firstOnBoards(sources, names, interval);
  const found = await inParallel(names, READS_AT_ONCE, async (name) => {
    const atMs = await firstInSeries(sources, name, interval);
    return atMs === null ? [] : [[name, atMs] as const];
  });
  return new Map(found.flat());
}

/**
 * The first board in an interval with each task. Queries: its first minutes if all tasks are there, else
 * some minutes of each hour, and the hours in which a task came.
 */
export async function firstOnBoards(
  { boards }: Pick<FleetSources, "boards">,
  names: readonly string[],
  { fromMs, toMs }: Interval,
): Promise<Map<string, EpochMs>> {
  const early = await boards.readBoards({ fromMs, toMs: Math.min(fromMs + SIGHT_MS, toMs) });
  // Who was there from the beginning is known since before it.
  const lateMs = fromMs + Math.max(2 * MINUTE_MS, Math.min(SIGHT_MS, (toMs - fromMs) / 100));
  const seen = new Map(
    [...firstOf(early)].map(([name, atMs]) => [name, atMs < lateMs ? fromMs : atMs]),
  );
  const others = names.filter((name) => !seen.has(name));
  if (others.length === 0) return seen;
  const starts = startsIn({ fromMs, toMs });
  const sights = await inParallel(starts, READS_AT_ONCE, async (startMs) =>
    firstOf(await boards.readBoards({ fromMs: startMs, toMs: startMs + SIGHT_MS })),
  );
  const hours = new Set(others.map((name) => hourBefore(sights, name)));
  const parts = [...hours].map((hour) => starts[hour] ?? fromMs);
  const read = await inParallel(parts, READS_AT_ONCE, (startMs) =>
    boards.readBoards({ fromMs: startMs, toMs: Math.min(startMs + HOUR_MS + SIGHT_MS, toMs) }),
  );
  const first = firstOf(read.flat().sort((a, b) => a.startMs - b.startMs));
  return new Map([...first, ...seen]);
}

/** The place of the hour after whose beginning a task came: the last one if it is in none of them. */
function hourBefore(sights: readonly ReadonlyMap<string, EpochMs>[], name: string): number {
  const found = sights.findIndex((sight) => sight.has(name));
  return Math.max(0, (found === -1 ? sights.length : found) - 1);
}

/** The last hour takes what is left with it, if that is short. */
function startsIn({ fromMs, toMs }: Interval): EpochMs[] {
  const count = Math.max(1, Math.ceil((toMs - fromMs - SIGHT_MS) / HOUR_MS));
  return Array.from({ length: count }, (_, i) => fromMs + i * HOUR_MS);
}

function firstOf(boards: readonly BoardMinute[]): Map<string, EpochMs> {
  const first = new Map<string, EpochMs>();
  for (const { startMs, rows } of boards)
    for (const name of rows.keys()) if (!first.has(name)) first.set(name, startMs);
  return first;
}

/** The day, in it the hour, in it the minute. Who was there on the first day is not looked at closer. */
async function firstInSeries(
  sources: KnownSources,
  taskName: string,
  { fromMs, toMs }: Interval,
): Promise<EpochMs | null> {
  const beginMs = fromMs - (fromMs % DAY_MS);
  let span = { fromMs: beginMs, toMs };
  for (const stepMs of [DAY_MS, HOUR_MS, MINUTE_MS]) {
    const [first] = await readSeries(sources, { taskName, ...span, stepMs });
    if (first === undefined) return stepMs === DAY_MS ? null : span.fromMs;
    const { periodStartMs } = first;
    if (periodStartMs <= fromMs) return fromMs;
    span = { fromMs: periodStartMs, toMs: Math.min(periodStartMs + stepMs, toMs) };
  }
  return span.fromMs;
}
