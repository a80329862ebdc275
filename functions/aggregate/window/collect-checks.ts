import type { Bundle } from "../../../shared/plan/plan.ts";
import { errorKindOf, judgeOutcome, type ProbeResult } from "../../../shared/result/result.ts";
import {
  gapsWithin,
  type Interval,
  type LeaseRun,
  nominalSlots,
  overlap,
  SLOT_SLACK_MS,
  slotsOfRun,
} from "../../../shared/slot/slot.ts";
import type { JudgedCheck } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";
import type { ShardView } from "./read-regions.ts";

/** From the end of a check to its chunk in the store: a flush is at most 15 s away. */
export const REPORT_DELAY_MS: DurationMs = 20 * SECOND_MS;

/** What one shard has to say of a window. */
export interface ShardEvidence extends ShardView {
  /** By content hash; those that could not be had are absent. */
  readonly bundles: ReadonlyMap<string, Bundle>;
  /** In order of cover and part. */
  readonly chunks: readonly StoredChunk[];
}

/** One task in one region and window. */
export interface TaskReading {
  readonly task: Task;
  /** When the plan with this definition of the task began to run. */
  readonly definedAtMs: EpochMs;
  readonly expectedCount: number;
  /** The region's probes claimed the whole window with this task in their bundle. */
  readonly covered: boolean;
  /** In order of their slots, one a slot. */
  readonly checks: readonly JudgedCheck[];
  /** Until when a claimed slot may still report; null where all have. */
  readonly waitsUntilMs: EpochMs | null;
}

interface Draft {
  task: Task;
  definedAtMs: EpochMs;
  /** Stretches of the window that were claimed. */
  readonly spans: Interval[];
  readonly claimed: EpochMs[];
  readonly unclaimed: EpochMs[];
  readonly checks: JudgedCheck[];
}

type Drafts = Map<string, Draft>;

/** Every task that was due or reported in a region's window. Shards are given in their order. */
export function collectTasks(
  shards: readonly ShardEvidence[],
  window: Interval,
): Map<string, TaskReading> {
  const drafts: Drafts = new Map();
  for (const shard of shards) addDueSlots(drafts, shard, window);
  for (const shard of shards) {
    for (const chunk of shard.chunks) addChecks(drafts, { shard, chunk, window });
  }
  const readings = new Map<string, TaskReading>();
  for (const [name, draft] of drafts) readings.set(name, readingOf(draft, window));
  return readings;
}

function addDueSlots(drafts: Drafts, shard: ShardEvidence, window: Interval): void {
  if (shard.lease === null) return;
  for (const run of shard.lease.runs) {
    const span = overlap(run, window);
    if (span === null) continue;
    for (const task of tasksOf(shard, run)) {
      const draft = draftOf(drafts, task, run.fromMs);
      draft.spans.push(span);
      draft.claimed.push(...slotsOfRun(task, run, window));
    }
  }
  for (const gap of gapsWithin(shard.lease, window)) {
    for (const task of tasksOf(shard, gap.after)) {
      // A shard that stands still keeps its last run for ever; a task that the plan has taken
      // from it since is not due there.
      if (shard.planned !== null && !shard.planned.has(task.name)) continue;
      const slots = nominalSlots(task, gap.after.staggerPermille, gap);
      draftOf(drafts, task, gap.after.fromMs).unclaimed.push(...slots);
    }
  }
}

function tasksOf(shard: ShardEvidence, run: LeaseRun): readonly Task[] {
  return shard.bundles.get(run.bundle)?.tasks ?? [];
}

function draftOf(drafts: Drafts, task: Task, definedAtMs: EpochMs): Draft {
  const held = drafts.get(task.name);
  if (held === undefined) {
    const draft = { task, definedAtMs, spans: [], claimed: [], unclaimed: [], checks: [] };
    drafts.set(task.name, draft);
    return draft;
  }
  if (definedAtMs > held.definedAtMs) {
    held.task = task;
    held.definedAtMs = definedAtMs;
  }
  return held;
}

function addChecks(
  drafts: Drafts,
  { shard, chunk, window }: { shard: ShardEvidence; chunk: StoredChunk; window: Interval },
): void {
  const tasks = shard.bundles.get(chunk.bundle)?.tasks ?? [];
  for (const result of chunk.results) {
    if (result.slotAtMs < window.fromMs || result.slotAtMs >= window.toMs) continue;
    const task = tasks[result.taskIndex];
    if (task === undefined) continue;
    // The run of this cover began at or before it: its definition, where known, is not older.
    const draft = drafts.get(task.name) ?? draftOf(drafts, task, chunk.termFromMs);
    insertCheck(draft.checks, result);
  }
}

/** Keeps the order of slots; the first to bring a slot wins. */
function insertCheck(checks: JudgedCheck[], result: ProbeResult): void {
  let place = checks.length;
  while (place > 0) {
    const before = checks[place - 1];
    if (before === undefined || before.slotAtMs < result.slotAtMs) break;
    if (before.slotAtMs === result.slotAtMs) return;
    place--;
  }
  checks.splice(place, 0, checkOf(result));
}

/** An uncounted check tells nothing of the target, its time included, whatever time it has. */
function checkOf(result: ProbeResult): JudgedCheck {
  const verdict = judgeOutcome(result.outcome, result.expect);
  const isTrusted = verdict !== "uncounted" && !result.suspect;
  return {
    slotAtMs: result.slotAtMs,
    verdict,
    errorKind: errorKindOf(result.outcome, result.expect),
    connectTimeMs: isTrusted ? result.connectTimeMs : null,
  };
}

function readingOf(draft: Draft, window: Interval): TaskReading {
  const { task, definedAtMs, checks } = draft;
  const reported = new Set(checks.map((check) => check.slotAtMs));
  const latest = Math.max(...draft.claimed.filter((slot) => !reported.has(slot)));
  const due = new Set([...draft.claimed, ...draft.unclaimed, ...reported]);
  return {
    task,
    definedAtMs,
    expectedCount: due.size,
    covered: coversAll(draft.spans, window),
    checks,
    waitsUntilMs: latest === Number.NEGATIVE_INFINITY ? null : reportDueAt(task, latest),
  };
}

function coversAll(spans: readonly Interval[], window: Interval): boolean {
  let reachedMs = window.fromMs;
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (span.fromMs > reachedMs) return false;
    reachedMs = Math.max(reachedMs, span.toMs);
  }
  return reachedMs >= window.toMs;
}

// Looking the name up and connecting take a timeout each at the most.
function reportDueAt(task: Task, slotAtMs: EpochMs): EpochMs {
  return slotAtMs + SLOT_SLACK_MS + 2 * task.timeoutMs + REPORT_DELAY_MS;
}
