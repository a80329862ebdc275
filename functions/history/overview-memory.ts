import type { BoardMinute } from "../../shared/board/board.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";
import { BundleCache } from "../bundle-cache.ts";
import { inParallel } from "../in-parallel.ts";
import { firstOnBoards, type KnownSince } from "./known-since.ts";
import { readChanges } from "./read-uptime.ts";
import type { FleetSources } from "./sources.ts";
import type { StatusChange } from "./status-spans.ts";

/** An event is stored at most half an hour after it is dated; what is older is read once. */
const SETTLED_MS: DurationMs = HOUR_MS;

const READS_AT_ONCE = 8;

type Changes = ReadonlyMap<string, readonly StatusChange[]>;

/** What does not change between readings of the overview. Whoever reads it again and again keeps it. */
export class OverviewMemory {
  readonly bundles = new BundleCache();
  #settled: Changes = new Map();
  #settledSpan: Interval | null = null;
  #boards: ReadonlyMap<EpochMs, readonly BoardMinute[]> = new Map();
  readonly #first = new Map<string, EpochMs>();
  readonly #soughtToMs = new Map<string, EpochMs>();

  /** The boards of some minutes: what is settled is read once. */
  async readBoards(
    { boards }: Pick<FleetSources, "boards">,
    startsMs: readonly EpochMs[],
    nowMs: EpochMs,
  ): Promise<BoardMinute[]> {
    const read = await inParallel(startsMs, READS_AT_ONCE, async (startMs) => {
      const held = this.#boards.get(startMs);
      const [board] =
        held ?? (await boards.readBoards({ fromMs: startMs, toMs: startMs + MINUTE_MS }));
      return { startMs, board };
    });
    const settled = read.filter(({ startMs }) => startMs < nowMs - SETTLED_MS);
    this.#boards = new Map(settled.map(({ startMs, board }) => [startMs, board ? [board] : []]));
    return read.flatMap(({ board }) => board ?? []);
  }

  /** The changes of status in an interval by task, newest first: those of the last hour are read each time. */
  async readChanges(
    sources: Pick<FleetSources, "alerts">,
    { fromMs, toMs }: Interval,
  ): Promise<Changes> {
    const held = this.#settledSpan;
    const isHeld =
      held !== null && held.fromMs <= fromMs && fromMs <= held.toMs && held.toMs < toMs;
    const sinceMs = isHeld ? held.toMs : fromMs;
    const read = await readChanges(sources, { fromMs: sinceMs, untilMs: toMs, taskName: null });
    const joined = join(read, isHeld ? this.#settled : new Map());
    const settledToMs = Math.max(sinceMs, toMs - SETTLED_MS);
    this.#settled = only(joined, ({ atMs }) => atMs >= fromMs && atMs < settledToMs);
    this.#settledSpan = { fromMs, toMs: settledToMs };
    return only(joined, ({ atMs }) => atMs >= fromMs);
  }

  /** Since when tasks are known, as far as the interval goes back: a task that was found is not looked for again. */
  async readKnownSince(
    sources: Pick<FleetSources, "boards">,
    names: readonly string[],
    { fromMs, toMs }: Interval,
  ): Promise<KnownSince> {
    const missing = names.filter((name) => !this.#first.has(name));
    // What was looked for in vain can only have come since.
    const spans = Map.groupBy(missing, (name) =>
      Math.max(fromMs, (this.#soughtToMs.get(name) ?? fromMs) - SETTLED_MS),
    );
    for (const [sinceMs, own] of spans) {
      const found = await firstOnBoards(sources, own, { fromMs: sinceMs, toMs });
      for (const name of own) {
        const atMs = found.get(name);
        if (atMs === undefined) this.#soughtToMs.set(name, toMs);
        else this.#first.set(name, atMs);
      }
    }
    return new Map(
      names.flatMap((name) => {
        const atMs = this.#first.get(name);
        return atMs === undefined ? [] : [[name, atMs] as const];
      }),
    );
  }
}

function join(newer: Changes, older: Changes): Changes {
  const names = new Set([...newer.keys(), ...older.keys()]);
  return new Map(
    [...names].map((name) => [name, [...(newer.get(name) ?? []), ...(older.get(name) ?? [])]]),
  );
}

function only(changes: Changes, isWanted: (change: StatusChange) => boolean): Changes {
  return new Map(
    [...changes].flatMap(([name, own]) => {
      const wanted = own.filter(isWanted);
      return wanted.length === 0 ? [] : [[name, wanted] as const];
    }),
  );
}
