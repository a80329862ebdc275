import { strict as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { BoardStore } from "../../functions/ports/board-store.ts";
import type { FleetRecord, FleetRecordStore } from "../../functions/ports/fleet-record-store.ts";
import type { HintedTurn, HintStore } from "../../functions/ports/hint-store.ts";
import type { HistoryQuery, HistoryStore } from "../../functions/ports/history-store.ts";
import type {
  PeriodPut,
  PeriodStore,
  TaskDay,
  TaskHour,
} from "../../functions/ports/period-store.ts";
import type {
  Progress,
  ProgressStore,
  StoredProgress,
  WindowMark,
} from "../../functions/ports/progress-store.ts";
import type { RollUp, RollUpStore } from "../../functions/ports/roll-up-store.ts";
import type { RunLock } from "../../functions/ports/run-lock.ts";
import type { RefusedRecord, StateStore, TaskRecord } from "../../functions/ports/state-store.ts";
import type { Revision, RevisionPut, SummaryStore } from "../../functions/ports/summary-store.ts";
import type { UnquietList, UnquietStore } from "../../functions/ports/unquiet-store.ts";
import { type BoardMinute, packBoard, unpackRows } from "../../shared/board/board.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import { INITIAL_FLEET } from "../../shared/fleet-health/fleet-health.ts";
import { type Interval, isAhead } from "../../shared/slot/slot.ts";
import { packSummaries, unpackSummaries } from "../../shared/summary/packed/packed.ts";
import { asStored, mergePeriod, type Summary } from "../../shared/summary/summary.ts";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../../shared/units.ts";

// The fakes are stricter than DynamoDB: a call that no correct caller makes is an AssertionError.

/** Summaries in memory, each as it is read back from its stored item. */
export class FakeSummaryStore implements SummaryStore {
  readonly #summaries = new Map<string, Summary>();

  async putSummaries(summaries: readonly Summary[]): Promise<string[]> {
    const keys = new Set(summaries.map(keyOf));
    assert.equal(keys.size, summaries.length, "a summary is written twice in one call");
    for (const summary of summaries) {
      assert.equal(this.#summaries.get(keyOf(summary))?.rev ?? 1, 1, "a revision is lost");
      this.#put(summary);
    }
    return [];
  }

  async readSummaries(taskNames: readonly string[], periodStartMs: EpochMs): Promise<Summary[]> {
    return taskNames.flatMap((taskName) => {
      const held = this.#summaries.get(keyOf({ taskName, periodStartMs }));
      return held === undefined ? [] : structuredClone(held);
    });
  }

  async readMinutes(taskName: string, periodStartsMs: readonly EpochMs[]): Promise<Summary[]> {
    const read = periodStartsMs.map((startMs) => this.readSummaries([taskName], startMs));
    return (await Promise.all(read)).flat();
  }

  async reviseSummaries(revisions: readonly Revision[]): Promise<RevisionPut[]> {
    const starts = new Set(revisions.map(({ summary }) => summary.periodStartMs));
    assert.ok(starts.size <= 1, "revisions are of several minutes");
    return revisions.map(({ summary, heldRev }) => {
      assert.equal(summary.rev, (heldRev ?? 0) + 1, "a revision is left out");
      const stored = this.#summaries.get(keyOf(summary));
      const isFree = (stored?.rev ?? null) === heldRev;
      if (!isFree) return isDeepStrictEqual(stored, asStored(summary)) ? "stored" : "lost";
      this.#put(summary);
      return "stored";
    });
  }

  async readLatest(
    taskName: string,
    span: { readonly sinceMs: EpochMs; readonly untilMs: EpochMs; readonly limit: number },
  ): Promise<Summary[]> {
    return this.all
      .filter((summary) => summary.taskName === taskName)
      .filter(({ periodStartMs: at }) => at >= span.sinceMs && at < span.untilMs)
      .reverse()
      .slice(0, span.limit);
  }

  async readHourOf(taskNames: readonly string[], startMs: EpochMs) {
    assert.equal(startMs % HOUR_MS, 0, "an hour begins within one");
    const own = [...this.#summaries.values()]
      .filter(({ periodStartMs: at }) => at >= startMs && at < startMs + HOUR_MS)
      .filter(({ taskName }) => taskNames.includes(taskName))
      .sort((a, b) => a.periodStartMs - b.periodStartMs);
    return Map.groupBy(structuredClone(own), ({ taskName }) => taskName);
  }

  /** In order of their windows, then of their tasks. */
  get all(): Summary[] {
    const order = (a: Summary, b: Summary) =>
      a.periodStartMs - b.periodStartMs || (a.taskName < b.taskName ? -1 : 1);
    return structuredClone([...this.#summaries.values()]).sort(order);
  }

  #put(summary: Summary): void {
    assert.equal(summary.periodStartMs % MINUTE_MS, 0, "a window begins within a minute");
    assert.equal(summary.periodEndMs, summary.periodStartMs + MINUTE_MS, "a window is no minute");
    this.#summaries.set(keyOf(summary), asStored(summary));
  }
}

/** Revises a single summary. */
export async function replaceSummary(
  summaries: Pick<SummaryStore, "reviseSummaries">,
  summary: Summary,
  heldRev: number | null,
): Promise<RevisionPut | undefined> {
  const [put] = await summaries.reviseSummaries([{ summary, heldRev }]);
  return put;
}

/** Boards in memory, each as it is read back from its stored parts. */
export class FakeBoardStore implements BoardStore {
  readonly #boards = new Map<EpochMs, BoardMinute>();

  async putBoard(board: BoardMinute, taskNames: Iterable<string>): Promise<void> {
    assert.equal(board.startMs % MINUTE_MS, 0, "a board begins within a minute");
    const parts = packBoard(board, taskNames).map(unpackRows);
    const rows = new Map(parts.flatMap((part) => [...part]));
    this.#boards.set(board.startMs, { startMs: board.startMs, rows });
  }

  async readBoards({ fromMs, toMs }: Interval): Promise<BoardMinute[]> {
    return structuredClone([...this.#boards.values()])
      .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
      .sort((a, b) => a.startMs - b.startMs);
  }
}

/** Hours and days in memory, each as it is read back from its packed form. */
export class FakePeriodStore implements PeriodStore {
  readonly #hours = new Map<string, TaskHour>();
  readonly #days = new Map<string, TaskDay>();

  async putHour({ taskName, startMs, minutes }: TaskHour): Promise<PeriodPut> {
    assert.equal(startMs % HOUR_MS, 0, "an hour begins within one");
    const starts = minutes.map(({ periodStartMs }) => periodStartMs);
    assert.deepEqual(starts, [...new Set(starts)].sort(), "minutes are out of order");
    assert.ok(starts.every((at) => at >= startMs && at < startMs + HOUR_MS));
    const packed = unpackSummaries(taskName, packSummaries(minutes));
    const before = this.#hours.get(`${taskName} ${startMs}`)?.minutes ?? [];
    if (revOf(before) > revOf(minutes)) return "superseded";
    this.#hours.set(`${taskName} ${startMs}`, { taskName, startMs, minutes: packed });
    return "stored";
  }

  async putDay({ taskName, startMs, hours }: TaskDay): Promise<PeriodPut> {
    assert.equal(startMs % DAY_MS, 0, "a day begins within one");
    assert.ok(hours.every((hour) => hour.periodEndMs - hour.periodStartMs === HOUR_MS));
    const packed = unpackSummaries(taskName, packSummaries(hours));
    const before = this.#days.get(`${taskName} ${startMs}`)?.hours ?? [];
    if (revOf(before) > revOf(hours)) return "superseded";
    this.#days.set(`${taskName} ${startMs}`, { taskName, startMs, hours: packed });
    return "stored";
  }

  async readHours(taskName: string, interval: Interval): Promise<TaskHour[]> {
    return within([...this.#hours.values()], taskName, interval);
  }

  async readDays(taskName: string, interval: Interval, detail: "days" | "hours") {
    return within([...this.#days.values()], taskName, interval).flatMap(({ startMs, hours }) => {
      const day = { periodStartMs: startMs, periodEndMs: startMs + DAY_MS };
      return detail === "hours" ? hours : mergePeriod(day, hours);
    });
  }

  /** Everything, by task and time. */
  get all() {
    const sorted = <T>(map: ReadonlyMap<string, T>) =>
      [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return structuredClone({ hours: sorted(this.#hours), days: sorted(this.#days) });
  }
}

function within<Period extends { readonly taskName: string; readonly startMs: EpochMs }>(
  periods: readonly Period[],
  taskName: string,
  { fromMs, toMs }: Interval,
): Period[] {
  return structuredClone(periods)
    .filter((one) => one.taskName === taskName && one.startMs >= fromMs && one.startMs < toMs)
    .sort((a, b) => a.startMs - b.startMs);
}

function revOf(summaries: readonly Summary[]): number {
  return summaries.reduce((sum, { rev }) => sum + rev, 0);
}

/** How far hours are packed, in memory. */
export class FakeRollUpStore implements RollUpStore {
  #rollUp: RollUp | null = null;

  async readRollUp(): Promise<RollUp | null> {
    return structuredClone(this.#rollUp);
  }

  async writeRollUp(rollUp: RollUp): Promise<void> {
    for (const { hourMs } of [rollUp.current, ...rollUp.unsettled])
      assert.equal(hourMs % HOUR_MS, 0, "an hour begins within one");
    this.#rollUp = structuredClone(rollUp);
  }
}

function keyOf(summary: Pick<Summary, "taskName" | "periodStartMs">): string {
  return `${summary.periodStartMs} ${summary.taskName}`;
}

/** The run lock in memory. */
export class FakeRunLock implements RunLock {
  #lock: { readonly holder: string; readonly untilMs: EpochMs; isWanted: boolean } | null = null;

  async acquire(holder: string, nowMs: EpochMs, untilMs: EpochMs): Promise<"acquired" | "held"> {
    assert.ok(untilMs > nowMs, "a lock expires before it is acquired");
    const isFree =
      this.#lock === null ||
      this.#lock.untilMs <= nowMs ||
      isAhead(this.#lock.untilMs, nowMs) ||
      this.#lock.holder === holder;
    if (!isFree) return "held";
    this.#lock = { holder, untilMs, isWanted: false };
    return "acquired";
  }

  async want(): Promise<boolean> {
    if (this.#lock !== null) this.#lock.isWanted = true;
    return this.#lock !== null;
  }

  async releaseUnlessWanted(holder: string): Promise<"released" | "wanted"> {
    if (this.#lock?.holder !== holder || this.#lock.isWanted) return "wanted";
    this.#lock = null;
    return "released";
  }

  async release(holder: string): Promise<void> {
    if (this.#lock?.holder === holder) this.#lock = null;
  }
}

/** The aggregator's progress in memory. */
export class FakeProgressStore implements ProgressStore {
  readonly #marks = new Map<EpochMs, { readonly mark: WindowMark; readonly pass: number }>();
  #progress: StoredProgress | null = null;

  /** Makes a part of the stored progress unreadable. */
  spoilProgress(odd: Partial<StoredProgress> & Required<Pick<StoredProgress, "faults">>): void {
    assert.ok(this.#progress, "no progress is stored");
    this.#progress = { ...this.#progress, ...odd };
  }

  async readProgress(): Promise<StoredProgress | null> {
    return structuredClone(this.#progress);
  }

  async writeProgress(progress: Progress): Promise<void> {
    const before = this.#progress?.watermarkMs ?? 0;
    if (progress.watermarkMs < before) throw new Error("The watermark must not go back");
    assert.equal(progress.watermarkMs % MINUTE_MS, 0, "the watermark is within a minute");
    const starts = progress.openWindows.map(({ startMs }) => startMs);
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
      "open windows are out of order",
    );
    assert.equal(new Set(starts).size, starts.length, "a window is open twice");
    assert.ok(!("faults" in progress), "what could not be read is written");
    this.#progress = structuredClone(progress);
  }

  /** Sets the watermark back, as an operator does to have windows closed again. */
  resetWatermark(watermarkMs: EpochMs): void {
    this.#progress = { openWindows: [], ...this.#progress, watermarkMs };
  }

  async takeBackProgress(ahead: Progress, next: Progress): Promise<void> {
    assert.ok(next.watermarkMs < ahead.watermarkMs, "the watermark is not taken back");
    assert.equal(next.pass, (ahead.pass ?? 0) + 1, "a pass is left out");
    if (this.#progress?.watermarkMs !== ahead.watermarkMs)
      throw new Error("Changed by another run");
    this.#progress = null;
    await this.writeProgress(next);
  }

  async beginWindow(startMs: EpochMs, pass = 0): Promise<WindowMark> {
    const held = this.#marks.get(startMs);
    assert.ok((held?.pass ?? 0) <= pass, "a pass goes back");
    if (held === undefined || held.pass < pass) this.#marks.set(startMs, { mark: "begun", pass });
    if (held === undefined) return "new";
    return held.pass < pass ? "again" : held.mark;
  }

  async markJudged(startMs: EpochMs, pass = 0): Promise<void> {
    const held = this.#marks.get(startMs);
    assert.equal(held?.pass, pass, "a window is judged that was never begun in this pass");
    this.#marks.set(startMs, { mark: "judged", pass });
  }
}

/** Task records in memory; like DynamoDB's, none is larger than 400 KB. */
export class FakeStateStore implements StateStore {
  readonly #records = new Map<string, TaskRecord>();
  /** What the database refuses for ever, beside records that are too large. */
  refuses: (record: TaskRecord) => boolean = () => false;
  /** Whether the records of all tasks were read or those of named ones, call by call. */
  readonly reads: ("all" | "named")[] = [];

  async readRecords(taskNames?: ReadonlySet<string>) {
    this.reads.push(taskNames === undefined ? "all" : "named");
    const records = [...this.#records.values()];
    const wanted = records.filter(({ task }) => taskNames?.has(task.name) ?? true);
    return { records: structuredClone(wanted), damaged: [] };
  }

  async readRecord(taskName: string): Promise<TaskRecord | null> {
    return structuredClone(this.#records.get(taskName) ?? null);
  }

  async putRecord(record: TaskRecord): Promise<"stored" | "lost" | RefusedRecord> {
    const bytes = Buffer.byteLength(JSON.stringify(record));
    if (this.refuses(record) || bytes > 400 * 1_024) return { refused: `is ${bytes} bytes` };
    const ids = record.pending.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "an event is pending twice");
    const held = this.#records.get(record.task.name);
    const isNext = (held?.version ?? 0) === record.version - 1;
    if (!isNext) return isDeepStrictEqual(held, record) ? "stored" : "lost";
    assert.ok(record.state.sequence >= (held?.state.sequence ?? 0), "a sequence goes back");
    this.#records.set(record.task.name, structuredClone(record));
    return "stored";
  }
}

/** Hints in memory. */
export class FakeHintStore implements HintStore {
  readonly #now: () => EpochMs;
  #turns: HintedTurn[] = [];

  constructor(now: () => EpochMs) {
    this.#now = now;
  }

  async noteHint({ region, turns = [] }: Parameters<HintStore["noteHint"]>[0]): Promise<void> {
    const atMs = this.#now();
    const noted = turns.map(({ task, isDown }) => ({ region, taskName: task.name, isDown, atMs }));
    this.#turns.push(...noted);
  }

  async readTurns(): Promise<readonly HintedTurn[]> {
    const sinceMs = this.#now() - 5 * MINUTE_MS;
    this.#turns = this.#turns.filter(({ atMs }) => atMs >= sinceMs);
    return structuredClone(this.#turns);
  }
}

/** The list of unquiet tasks in memory. */
export class FakeUnquietStore implements UnquietStore {
  #list: UnquietList = { version: 0, window: null, taskNames: null };

  async readUnquiet(): Promise<UnquietList> {
    return structuredClone(this.#list);
  }

  async putUnquiet(list: UnquietList): Promise<"stored" | "lost"> {
    if (this.#list.version !== list.version - 1)
      return isDeepStrictEqual(this.#list, list) ? "stored" : "lost";
    const { taskNames } = list;
    assert.equal(new Set(taskNames).size, taskNames?.length ?? 0, "a task is listed twice");
    this.#list = structuredClone(list);
    return "stored";
  }
}

/** The fleet's record in memory. */
export class FakeFleetRecordStore implements FleetRecordStore {
  #record: FleetRecord | null = null;
  /** What the database refuses for ever, beside a record that is too large. */
  refuses: (record: FleetRecord) => boolean = () => false;

  async readFleet() {
    const none: FleetRecord = { version: 0, state: INITIAL_FLEET, pending: [], unrecorded: [] };
    return { record: structuredClone(this.#record ?? none), faults: [] };
  }

  async putFleet(record: FleetRecord): Promise<"stored" | "lost" | RefusedRecord> {
    const bytes = Buffer.byteLength(JSON.stringify(record));
    if (this.refuses(record) || bytes > 400 * 1_024) return { refused: `is ${bytes} bytes` };
    const ids = record.pending.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "an event is pending twice");
    const isNext = (this.#record?.version ?? 0) === record.version - 1;
    if (!isNext) return isDeepStrictEqual(this.#record, record) ? "stored" : "lost";
    assert.ok(record.version > 0, "a version begins with 1");
    this.#record = structuredClone(record);
    return "stored";
  }
}

/** The history in memory. */
export class FakeHistoryStore implements HistoryStore {
  readonly #history = new Map<string, OutgoingEvent>();

  /** What the database refuses for ever. */
  refuses: (event: OutgoingEvent) => boolean = () => false;

  async putHistory(events: readonly OutgoingEvent[]): Promise<string[]> {
    for (const event of events.filter((event) => !this.refuses(event))) {
      assert.deepEqual(this.#history.get(event.id) ?? event, event, "history is changed");
      this.#history.set(event.id, structuredClone(event));
    }
    return events.filter(this.refuses).map(({ id }) => id);
  }

  async readHistory(query: HistoryQuery) {
    const order = (a: OutgoingEvent, b: OutgoingEvent) => b.time - a.time || (a.id < b.id ? 1 : -1);
    const events = structuredClone([...this.#history.values()])
      .filter(({ time }) => time >= query.sinceMs && time < query.untilMs)
      .filter(({ detail }) => query.taskName === null || taskOf(detail) === query.taskName)
      .sort(order)
      .slice(0, query.limit);
    return { events, damaged: [] };
  }
}

function taskOf(detail: object): unknown {
  return Reflect.get(detail, "task_name");
}
