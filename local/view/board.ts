import {
  type ErrorKind,
  errorKindOf,
  judgeResult,
  type ProbeResult,
} from "../../shared/result/result.ts";
import { isAhead } from "../../shared/slot/slot.ts";
import { figuresOf, type JudgedCheck } from "../../shared/summary/summary.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  MINUTE_MS,
  type RegionName,
  toIso,
} from "../../shared/units.ts";
import { nextCheckAt, type RegionClock, takenUpAt } from "../fleet/next-check.ts";
import type { StandingState } from "./standing.ts";
import type { RegionCell, TableRow } from "./table-columns.ts";
import type { WatchedTask } from "./watched-task.ts";

/** A result as a probe announces it. */
export interface SeenResult {
  readonly region: RegionName;
  readonly task: Task;
  readonly result: ProbeResult;
}

/** The cell of a region before and after a result. */
export interface CellChange {
  readonly before: RegionCell;
  readonly after: RegionCell;
}

/** Average, p95 and failures are those of this much of the past. */
const PAST_MS: DurationMs = 5 * MINUTE_MS;

const NOTHING_YET: RegionCell = { state: "none", word: "" };

/** Words for error kinds whose name is no short word. */
const WORDS: Readonly<Partial<Record<ErrorKind, string>>> = {
  dns_not_found: "no host",
  dns_timeout: "dns slow",
  dns_failed: "dns",
  unreachable: "no route",
  unsupported: "n/a",
  internal: "error",
  unexpected_open: "open",
};

interface TaskPast {
  readonly cells: Map<RegionName, RegionCell>;
  readonly checks: JudgedCheck[];
  lastMs: DurationMs | null;
}

/** What is known of the tasks from the results so far. It reads no clock: time is passed in. */
export class Board {
  readonly #regions: readonly RegionName[];
  readonly #pasts = new Map<string, TaskPast>();
  readonly #states = new Map<string, Omit<StandingState, "name">>();
  #clocks: ReadonlyMap<RegionName, RegionClock> = new Map();
  #tasks: ReadonlyMap<string, WatchedTask> = new Map();

  constructor(regions: readonly RegionName[]) {
    this.#regions = regions;
  }

  /** Sets when the regions check; before that, no next check is shown. */
  setClocks(clocks: ReadonlyMap<RegionName, RegionClock>): void {
    this.#clocks = clocks;
  }

  /** Replaces the watched tasks, and forgets the results of all others and of disabled ones. */
  setTasks(tasks: readonly WatchedTask[]): void {
    this.#tasks = new Map(tasks.map((watched) => [watched.task.name, watched]));
    for (const known of [this.#pasts, this.#states])
      for (const name of known.keys()) if (!this.#isChecked(name)) known.delete(name);
  }

  /** Sets how tasks stand; a task that is not watched, or disabled, stands in no state. */
  setStates(states: readonly StandingState[]): void {
    for (const { name, ...state } of states)
      if (this.#isChecked(name)) this.#states.set(name, state);
  }

  /** A minute of a task was judged: without a word of its state, it is OK and always was. */
  noteJudged(name: string): void {
    if (!this.#states.has(name)) this.setStates([{ name, state: "OK", sinceMs: null }]);
  }

  /**
   * Takes a result, and returns how the region's cell changed; null if the task is removed or
   * disabled: its checks go on until the probes have taken up the plan.
   */
  take({ region, task, result }: SeenResult): CellChange | null {
    if (!this.#isChecked(task.name)) return null;
    const past = this.#pastOf(task.name);
    const check = toCheck(result);
    const before = past.cells.get(region) ?? NOTHING_YET;
    const after = cellOf(check);
    past.cells.set(region, after);
    // It is in no figure, but it tells how the target is now.
    if (!result.recheck) past.checks.push(check);
    past.lastMs = result.connectTimeMs;
    return { before, after };
  }

  /** The table's rows as of `nowMs`, in the order of the tasks. */
  rows(nowMs: EpochMs): TableRow[] {
    return [...this.#tasks.values()].map((watched) => this.#rowOf(watched, nowMs));
  }

  #isChecked(name: string): boolean {
    return this.#tasks.get(name)?.task.enabled === true;
  }

  #pastOf(name: string): TaskPast {
    const known = this.#pasts.get(name);
    if (known !== undefined) return known;
    const past: TaskPast = { cells: new Map(), checks: [], lastMs: null };
    this.#pasts.set(name, past);
    return past;
  }

  #rowOf(watched: WatchedTask, nowMs: EpochMs): TableRow {
    const { task } = watched;
    const past = this.#pastOf(task.name);
    forgetOld(past.checks, nowMs);
    const { state = null, sinceMs = null } = this.#states.get(task.name) ?? {};
    const figures = figuresOf({ expectedCount: past.checks.length }, past.checks);
    return {
      name: task.name,
      state,
      since: sinceMs === null ? "" : instantOf(sinceMs, nowMs),
      regions: this.#regions.map((region) => past.cells.get(region) ?? NOTHING_YET),
      lastMs: past.lastMs,
      avgMs: figures.avgConnectTimeMs,
      p95Ms: figures.p95ConnectTimeMs,
      failurePercent: figures.failurePercent,
      nextInMs: this.#nextInMs(watched, nowMs),
      note: noteOf(watched),
    };
  }

  #nextInMs({ task, plannedAtMs }: WatchedTask, nowMs: EpochMs): DurationMs | null {
    if (!task.enabled || plannedAtMs === null) return null;
    // A plan that was made ahead, before the clock was set back, is taken up long since.
    const plannedMs = isAhead(plannedAtMs, nowMs) ? 0 : plannedAtMs;
    const clocks = [...this.#clocks].filter(
      ([region]) => task.regions === "all" || task.regions.includes(region),
    );
    const instants = clocks.map(([, clock]) =>
      nextCheckAt(task, clock, Math.max(nowMs, takenUpAt(clock, plannedMs) - 1)),
    );
    return instants.length === 0 ? null : Math.min(...instants) - nowMs;
  }
}

/** Within a day the time of day, else the date; both UTC. */
function instantOf(atMs: EpochMs, nowMs: EpochMs): string {
  const isNear = Math.abs(nowMs - atMs) < DAY_MS;
  return isNear ? toIso(atMs).slice(11, 19) : toIso(atMs).slice(0, 10);
}

function noteOf({ task, isKept }: WatchedTask): string {
  if (!task.enabled) return "disabled";
  return isKept ? "last good" : "";
}

function toCheck(result: ProbeResult): JudgedCheck {
  return {
    slotAtMs: result.slotAtMs,
    verdict: judgeResult(result),
    errorKind: errorKindOf(result.outcome, result.expect),
    connectTimeMs: result.suspect ? null : result.connectTimeMs,
    synRetransmits: result.synRetransmits,
  };
}

function cellOf({ verdict, errorKind }: JudgedCheck): RegionCell {
  if (verdict === "passed") return { state: "ok", word: "ok" };
  const word = errorKind === null ? "" : (WORDS[errorKind] ?? errorKind);
  return { state: verdict === "failed" ? "fail" : "none", word };
}

/**
 * Checks come nearly in the order of their slots; it does no harm if one stays a little longer. Those
 * ahead were made before the clock was set back.
 */
function forgetOld(checks: JudgedCheck[], nowMs: EpochMs): void {
  const kept = checks.findIndex(
    ({ slotAtMs }) => slotAtMs >= nowMs - PAST_MS && !isAhead(slotAtMs, nowMs),
  );
  checks.splice(0, kept < 0 ? checks.length : kept);
}
