import { hash32 } from "../../shared/hash.ts";
import type { Bundle } from "../../shared/plan/plan.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../shared/result/result.ts";
import { firstInstantFrom, LEASE_TERM_MS, slotsOfTerm } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";

/** The first window that is summarised. */
export const FIRST_WINDOW_MS: EpochMs = Date.UTC(2026, 0, 5, 12, 10);

/** Of a thousand: down for good, and going down anew in each minute. */
const DOWN_PERMILLE = 20;
const FALLING_PERMILLE = 2;

/** What a region's probe finds in one cover. */
export function resultsOf(
  region: string,
  { tasks }: Bundle,
  cover: { readonly fromMs: EpochMs; readonly staggerPermille: number },
): ProbeResult[] {
  const span = { fromMs: cover.fromMs, toMs: cover.fromMs + LEASE_TERM_MS };
  return tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, cover, span).map((slotAtMs) =>
      resultOf(region, task, { taskIndex, slotAtMs }),
    ),
  );
}

function resultOf(
  region: string,
  task: Task,
  { taskIndex, slotAtMs }: Pick<ProbeResult, "taskIndex" | "slotAtMs">,
): ProbeResult {
  const isDown = isDownAt(task, slotAtMs);
  const distanceMs = hash32(`${region} ${task.name}`) % 80;
  const jitterMs = (hash32(`${task.name} ${slotAtMs}`) % 3_000) / 1_000;
  const connectTimeMs = isDown ? null : 1 + distanceMs + jitterMs;
  return {
    taskIndex,
    slotAtMs,
    startedAtMs: slotAtMs + (hash32(`${slotAtMs} ${task.name}`) % 6),
    outcome: isDown ? "refused" : "open",
    expect: "open",
    ...NO_FIGURES,
    ...NO_MARKS,
    connectTimeMs,
    elapsedMs: connectTimeMs === null ? null : connectTimeMs + jitterMs / 10,
    address: [198, 18 + (taskIndex % 2), taskIndex % 251, (taskIndex * 97) % 256].join("."),
    timing: "kernel",
    suspect: false,
  };
}

function isDownAt(task: Task, slotAtMs: EpochMs): boolean {
  const fate = hash32(task.name) % 1_000;
  const minutes = Math.max(0, Math.floor((slotAtMs - FIRST_WINDOW_MS) / MINUTE_MS));
  return fate < DOWN_PERMILLE + minutes * FALLING_PERMILLE;
}

/** The results that are stored at one instant. */
export interface Flush {
  readonly atMs: EpochMs;
  readonly results: readonly ProbeResult[];
}

/** As probes store the results of a term: at :06, :21, :36 and :51, and when it ends. */
export function flushesOf(results: readonly ProbeResult[], endMs: EpochMs): Flush[] {
  const markOf = ({ slotAtMs }: ProbeResult) =>
    Math.min(endMs, firstInstantFrom(slotAtMs + 1, 15 * SECOND_MS, 6 * SECOND_MS));
  const byMark = Map.groupBy(results, markOf);
  return [...byMark].sort(([a], [b]) => a - b).map(([atMs, own]) => ({ atMs, results: own }));
}
