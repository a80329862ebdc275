import { isClockOff } from "../../../shared/clock/clock.ts";
import { DEFAULT_CLOCK_THRESHOLD_MS } from "../../../shared/contract.ts";
import type { Bundle } from "../../../shared/plan/plan.ts";
import {
  errorKindOf,
  isHeldSample,
  judgeResult,
  type ProbeResult,
} from "../../../shared/result/result.ts";
import { longestCheckMs } from "../../../shared/retry/retry.ts";
import {
  gapsWithin,
  type Interval,
  LEASE_TERM_MS,
  type LeaseRun,
  nominalSlots,
  overlap,
  SLOT_SLACK_MS,
  slotsOfRun,
  slotsOfTerm,
  termOf,
} from "../../../shared/slot/slot.ts";
import type { JudgedCheck } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";
import { deepNoteOf } from "./deep-note.ts";
import { isWithin } from "./read-chunks.ts";
import type { ShardView } from "./read-regions.ts";

/** The time from a check's end until its chunk is stored: the next flush comes within 15 s. */
const REPORT_DELAY_MS: DurationMs = 20 * SECOND_MS;

/** What is known of one shard in a window. */
export interface ShardEvidence extends ShardView {
  /** By content hash; without those that no region has. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** In order of their lease terms and parts. */
  readonly chunks: readonly StoredChunk[];
}

/** One task in one region and window. */
export interface TaskReading {
  readonly task: Task;
  /** When the plan with this definition of the task began to run. */
  readonly definedAtMs: EpochMs;
  readonly expectedCount: number;
  /** Whether probes claimed the whole window with this task in their bundle. */
  readonly covered: boolean;
  /** In order of their slots, at most one a slot. */
  readonly checks: readonly JudgedCheck[];
  /** Made again after a failure, in order of their instants. */
  readonly rechecks: readonly JudgedCheck[];
  /** Until when a claimed slot may still report; null if all have reported. */
  readonly waitsUntilMs: EpochMs | null;
}

interface Draft {
  task: Task;
  definedAtMs: EpochMs;
  /** Parts of the window that were claimed. */
  readonly claims: Interval[];
  readonly claimedSlots: EpochMs[];
  readonly unclaimedSlots: EpochMs[];
  readonly checks: JudgedCheck[];
  readonly rechecks: JudgedCheck[];
}

type Drafts = Map<string, Draft>;

/** By what tasks are collected. */
interface Collection {
  /** The default if it is absent. */
  readonly clockThresholdMs?: DurationMs | undefined;
  /** Names of the tasks that are wanted; all if it is absent. */
  readonly only?: ReadonlySet<string> | undefined;
}

/**
 * Every task that was due or reported in a region's window; if shards differ, the first counts. The
 * checks of a probe whose clock is off by more than the threshold are suspect: their times are not used.
 */
export function collectTasks(
  shards: readonly ShardEvidence[],
  window: Interval,
  { clockThresholdMs = DEFAULT_CLOCK_THRESHOLD_MS, only }: Collection = {},
): Map<string, TaskReading> {
  const drafts: Drafts = new Map();
  const isWanted: IsWanted = ({ name }) => only?.has(name) ?? true;
  for (const shard of shards) addDueSlots(drafts, shard, { window, isWanted });
  for (const shard of shards) {
    for (const chunk of shard.chunks) {
      const { clock } = chunk.notes;
      const isSuspect = clock !== undefined && isClockOff(clock, clockThresholdMs);
      addChecks(drafts, { shard, chunk, window, isSuspect, isWanted });
    }
  }
  const readings = new Map<string, TaskReading>();
  for (const [name, draft] of drafts) readings.set(name, readingOf(draft, window));
  return readings;
}

type IsWanted = (task: Task) => boolean;

function addDueSlots(
  drafts: Drafts,
  shard: ShardEvidence,
  { window, isWanted }: { readonly window: Interval; readonly isWanted: IsWanted },
): void {
  if (shard.lease === null) return;
  for (const run of shard.lease.runs) {
    const claim = overlap(run, window);
    if (claim === null) continue;
    for (const task of tasksOf(shard, run).filter(isWanted)) {
      const draft = draftOf(drafts, task, run.fromMs);
      draft.claims.push(claim);
      draft.claimedSlots.push(...slotsOfRun(task, run, window));
    }
  }
  for (const gap of gapsWithin(shard.lease, window)) {
    for (const task of tasksOf(shard, gap.after).filter(isWanted)) {
      // A shard that stands still keeps its last run forever. A task that the plan has since
      // moved away from it is not due there.
      if (shard.planned !== null && !shard.planned.has(task.name)) continue;
      const slots = nominalSlots(task, gap.after, gap);
      draftOf(drafts, task, gap.after.fromMs).unclaimedSlots.push(...slots);
    }
  }
}

function tasksOf(shard: ShardEvidence, run: LeaseRun): readonly Task[] {
  return shard.bundles.get(run.bundle)?.tasks ?? [];
}

function draftOf(drafts: Drafts, task: Task, definedAtMs: EpochMs): Draft {
  const held = drafts.get(task.name);
  if (held === undefined) {
    const draft = {
      task,
      definedAtMs,
      claims: [],
      claimedSlots: [],
      unclaimedSlots: [],
      checks: [],
      rechecks: [],
    };
    drafts.set(task.name, draft);
    return draft;
  }
  if (definedAtMs > held.definedAtMs) {
    held.task = task;
    held.definedAtMs = definedAtMs;
  }
  return held;
}

interface ChunkEvidence {
  readonly shard: ShardEvidence;
  readonly chunk: StoredChunk;
  readonly window: Interval;
  /** Whether all its results are suspect. */
  readonly isSuspect: boolean;
  readonly isWanted: IsWanted;
}

function addChecks(drafts: Drafts, found: ChunkEvidence): void {
  const { shard, chunk, window, isSuspect, isWanted } = found;
  const tasks = shard.bundles.get(chunk.bundle)?.tasks ?? [];
  const term = shard.lease === null ? "unknown" : termOf(shard.lease, chunk.termFromMs);
  const isCounted = (task: Task, result: ProbeResult) =>
    isWanted(task) && (result.recheck || isOfTerm(term, task, result));
  for (const result of chunk.results) {
    if (!isWithin(window, result.slotAtMs)) continue;
    const task = tasks[result.taskIndex];
    if (task === undefined || !isCounted(task, result)) continue;
    // The run that this term belongs to began no later than the term, so a known definition of
    // the task is not older than this one.
    const draft = drafts.get(task.name) ?? draftOf(drafts, task, chunk.termFromMs);
    const known = isSuspect ? { ...result, suspect: true } : result;
    insertCheck(result.recheck ? draft.rechecks : draft.checks, known);
  }
}

/**
 * In a term that was cut short, the slots of a task are those up to the cut, and a later nominal slot
 * is one of the next term: its result here would count a second time. What a held connection tells is
 * at no slot.
 */
function isOfTerm(term: ReturnType<typeof termOf>, task: Task, result: ProbeResult): boolean {
  const { slotAtMs } = result;
  if (term === null || term === "unknown" || term.toMs - term.fromMs === LEASE_TERM_MS) return true;
  if (task.scheduleMs < LEASE_TERM_MS || isHeldSample(result)) return slotAtMs < term.toMs;
  return slotsOfTerm(task, term.run, term).includes(slotAtMs);
}

/** Keeps the checks in order of their slots; if a slot is there already, the new check is ignored. */
function insertCheck(checks: JudgedCheck[], result: ProbeResult): void {
  const before = checks.findLastIndex(({ slotAtMs }) => slotAtMs <= result.slotAtMs);
  if (checks[before]?.slotAtMs === result.slotAtMs) return;
  checks.splice(before + 1, 0, checkOf(result));
}

/** An uncounted check says nothing about the target, so its time is not used either. */
function checkOf(result: ProbeResult): JudgedCheck {
  const verdict = judgeResult(result);
  const isTrusted = verdict !== "uncounted" && !result.suspect;
  const deep = deepNoteOf(result, isTrusted);
  return {
    slotAtMs: result.slotAtMs,
    verdict,
    errorKind: errorKindOf(result.outcome, result.expect),
    ...(verdict === "uncounted" && result.errorCode !== null && { errorCode: result.errorCode }),
    connectTimeMs: isTrusted ? result.connectTimeMs : null,
    synRetransmits: result.synRetransmits,
    ...(deep !== null && { deep }),
  };
}

function readingOf(draft: Draft, window: Interval): TaskReading {
  const { task, definedAtMs, checks, rechecks } = draft;
  const reported = new Set(checks.map((check) => check.slotAtMs));
  const latest = Math.max(...draft.claimedSlots.filter((slot) => !reported.has(slot)));
  const due = new Set([...draft.claimedSlots, ...draft.unclaimedSlots, ...reported]);
  return {
    task,
    definedAtMs,
    expectedCount: due.size,
    covered: coverAll(draft.claims, window),
    checks,
    rechecks,
    waitsUntilMs: latest === Number.NEGATIVE_INFINITY ? null : reportDueAt(task, latest),
  };
}

function coverAll(claims: readonly Interval[], window: Interval): boolean {
  let reachedMs = window.fromMs;
  for (const claim of claims.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (claim.fromMs > reachedMs) return false;
    reachedMs = Math.max(reachedMs, claim.toMs);
  }
  return reachedMs >= window.toMs;
}

/** The name's resolution takes a timeout at most, and so does the connection, unless it is tried again. */
function reportDueAt(task: Task, slotAtMs: EpochMs): EpochMs {
  return slotAtMs + SLOT_SLACK_MS + task.timeoutMs + longestCheckMs(task) + REPORT_DELAY_MS;
}
