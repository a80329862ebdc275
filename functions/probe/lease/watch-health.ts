import {
  type AlertPolicy,
  alertPolicy,
  usableOverrides,
} from "../../../shared/health/rules/rules.ts";
import type { Turn } from "../../../shared/request/request.ts";
import { judgeResult, type ProbeResult } from "../../../shared/result/result.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, MINUTE_MS } from "../../../shared/units.ts";
import type { Clock } from "../timing/timing.ts";
import { nextRecheck, recheckOffsets } from "./recheck-plan.ts";
import type { HealthStep, RegionMemory } from "./region-memory.ts";
import type { ScheduledCheck } from "./scheduled-check.ts";

/** What the watch works with. */
export interface WatchSetup {
  /** The fleet's policy. */
  readonly policy: AlertPolicy;
  readonly memory: RegionMemory;
  readonly clock: Pick<Clock, "now">;
  /** Home should know of this result now, and what turned by it; null if that is not all that matters. */
  readonly tellHome: (result: ProbeResult, turn: Turn | null) => void;
  /** The region is in trouble: what it finds should be stored soon. */
  readonly storeSoon: () => void;
}

/** Follows each task's health through the checks of a run, and says what is to be checked again. */
export class HealthWatch {
  readonly #setup: WatchSetup;

  constructor(setup: WatchSetup) {
    this.#setup = setup;
  }

  /** Takes a check that has ended; null as its result if it was not made. Returns the recheck that it calls for. */
  follow(check: ScheduledCheck, result: ProbeResult | null): ScheduledCheck | null {
    const verdict = result === null ? "uncounted" : judgeResult(result);
    if (result === null || verdict === "uncounted") return this.#goOn(check);
    const task = check.rechecks?.task ?? check.task;
    // The way of nearly all checks.
    if (verdict === "passed" && this.#setup.memory.isQuiet(task.name)) return null;
    const policy = alertPolicy(this.#setup.policy, usableOverrides(task.alert).alert);
    const { slotAtMs: atMs, recheck: isRecheck } = result;
    const step = this.#setup.memory.advance(task, { atMs, verdict, isRecheck }, policy);
    this.#report(task, result, step);
    if (check.rechecks !== undefined) return verdict === "failed" ? this.#goOn(check) : null;
    const offsetsMs = offsetsAfter(step, recheckOffsets(policy.recheckSeconds, task.scheduleMs));
    return this.#goOn({ ...check, rechecks: { task, fromMs: check.slotAtMs, offsetsMs } });
  }

  #report(task: Task, result: ProbeResult, { before, after }: HealthStep): void {
    const isTurned = before.status !== after.status;
    const isDoubted = before.status === "healthy" && before.failCount === 0 && after.failCount > 0;
    // If the next slot is minutes away, home asks other regions meanwhile.
    const isSlow = task.scheduleMs > MINUTE_MS;
    const turn = { task, isDown: after.status === "unhealthy" };
    if (isTurned || (isDoubted && isSlow)) this.#setup.tellHome(result, isSlow ? null : turn);
    else if (before.status === "unhealthy" && result.recheck) this.#setup.storeSoon();
  }

  #goOn({ rechecks, taskIndex, slotAtMs }: ScheduledCheck): ScheduledCheck | null {
    if (rechecks === undefined) return null;
    const due = nextRecheck(rechecks, slotAtMs, this.#setup.clock.now());
    if (due === null) return null;
    const task = { ...rechecks.task, timeoutMs: due.timeoutMs };
    return { task, taskIndex, slotAtMs: due.atMs, isRecheck: true, rechecks };
  }
}

/** The rechecks that a check calls for: all if it is the first sign of trouble, one if it is the first of recovery. */
function offsetsAfter(
  { before, after }: HealthStep,
  offsetsMs: readonly DurationMs[],
): readonly DurationMs[] {
  // A later check has told more already.
  if (after === before) return [];
  if (after.failCount > 0) return before.status === "healthy" ? offsetsMs : [];
  return after.status === "unhealthy" ? offsetsMs.slice(0, 1) : [];
}
