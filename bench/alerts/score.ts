import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import type { Note } from "./note.ts";
import { FLAP_HOURS } from "./worlds/flapping.ts";
import { MONTH_MS } from "./worlds/kind.ts";
import type { Trouble, TruthKind, World } from "./worlds/world.ts";

/** What a rule did in some worlds of one kind; the sum of two is one of both. */
export interface Tally {
  readonly worldCount: number;
  readonly months: number;
  readonly checkCount: number;
  readonly extraCheckCount: number;
  readonly lookCount: number;
  /** Pages while the target answered. */
  readonly falsePages: number;
  readonly pages: number;
  /** Openings at WARNING. */
  readonly warnings: number;
  readonly notes: number;
  readonly outages: number;
  readonly missed: number;
  /** Outages with one page, closed once and for all. */
  readonly onceCount: number;
  readonly detectSeconds: readonly number[];
  readonly recoverSeconds: readonly number[];
  readonly restarts: number;
  readonly restartsPaged: number;
  readonly flapHours: number;
  readonly flapNotes: number;
}

/** What was counted while a rule ran. */
export interface Counted {
  readonly notes: readonly Note[];
  readonly checkCount?: number;
  readonly extraCheckCount?: number;
  readonly lookCount?: number;
}

/** A page that comes this long after its cause is over, or later, is of something else. */
const LATE_MS: DurationMs = 4 * MINUTE_MS;

/** Whether a page is told of a trouble, in time or late. */
function isOf({ fromMs, toMs }: Trouble, atMs: EpochMs, scheduleMs: DurationMs): boolean {
  return atMs >= fromMs && atMs < toMs + LATE_MS + scheduleMs;
}

/** Counts what a rule told of one world. */
export function scoreWorld(world: World, counted: Counted, scheduleMs: DurationMs): Tally {
  const { notes } = counted;
  const truths = world.troubles.filter(({ truth }) => truth !== undefined);
  const pages = notes.filter(({ what }) => what === "page");
  const inTime = (trouble: Trouble) => pages.filter(({ atMs }) => isOf(trouble, atMs, scheduleMs));
  const isTrue = ({ atMs }: Note) => truths.some((truth) => isOf(truth, atMs, scheduleMs));
  const outages = ofKind(truths, "outage");
  const scored = outages.map((outage) => scoreOutage(outage, notes, inTime(outage)));
  const restarts = ofKind(truths, "restart");
  const isFlapping = truths.some(({ truth }) => truth === "flap");
  return {
    worldCount: 1,
    months: (world.toMs - world.fromMs) / MONTH_MS,
    checkCount: counted.checkCount ?? 0,
    extraCheckCount: counted.extraCheckCount ?? 0,
    lookCount: counted.lookCount ?? 0,
    falsePages: pages.filter((page) => !isTrue(page)).length,
    pages: pages.length,
    warnings: notes.filter(({ what }) => what === "warning").length,
    notes: notes.length,
    outages: outages.length,
    missed: scored.filter(({ detectMs }) => detectMs === null).length,
    onceCount: scored.filter(({ isOnce }) => isOnce).length,
    detectSeconds: scored.flatMap(({ detectMs }) => inSeconds(detectMs)),
    recoverSeconds: scored.flatMap(({ recoverMs }) => inSeconds(recoverMs)),
    restarts: restarts.length,
    restartsPaged: restarts.filter((restart) => inTime(restart).length > 0).length,
    flapHours: isFlapping ? FLAP_HOURS : 0,
    flapNotes: isFlapping ? notes.length : 0,
  };
}

function ofKind(truths: readonly Trouble[], kind: TruthKind): Trouble[] {
  return truths.filter(({ truth }) => truth === kind);
}

function inSeconds(ms: DurationMs | null): number[] {
  return ms === null ? [] : [ms / SECOND_MS];
}

interface ScoredOutage {
  readonly detectMs: DurationMs | null;
  readonly recoverMs: DurationMs | null;
  readonly isOnce: boolean;
}

function scoreOutage(
  outage: Trouble,
  notes: readonly Note[],
  pages: readonly Note[],
): ScoredOutage {
  const [first] = pages;
  if (first === undefined) return { detectMs: null, recoverMs: null, isOnce: false };
  const recoveries = notes.filter(({ what, atMs }) => what === "recovery" && atMs >= first.atMs);
  const last = recoveries.find(({ atMs }) => atMs >= outage.toMs);
  return {
    detectMs: first.atMs - outage.fromMs,
    recoverMs: last === undefined ? null : last.atMs - outage.toMs,
    isOnce: pages.length === 1 && recoveries[0] !== undefined && recoveries[0] === last,
  };
}

/** Nothing counted yet. */
export const NOTHING: Tally = {
  ...{ worldCount: 0, months: 0, checkCount: 0, extraCheckCount: 0, lookCount: 0 },
  ...{ falsePages: 0, pages: 0, warnings: 0, notes: 0 },
  ...{ outages: 0, missed: 0, onceCount: 0, detectSeconds: [], recoverSeconds: [] },
  ...{ restarts: 0, restartsPaged: 0, flapHours: 0, flapNotes: 0 },
};

/** Both tallies together. */
export function addTallies(a: Tally, b: Tally): Tally {
  const sums = Object.keys(NOTHING).map((name) => {
    const key = name as keyof Tally;
    const [one, other] = [a[key], b[key]];
    if (typeof one === "number" && typeof other === "number") return [key, one + other];
    return [key, [...(one as number[]), ...(other as number[])]];
  });
  return Object.fromEntries(sums) as Tally;
}
