import type { ProbeResult } from "../../../shared/result/result.ts";
import { type Interval, isAhead, SLOT_SLACK_MS, slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import {
  type CheckInput,
  type CheckListener,
  type CheckServices,
  startCheck,
} from "../check/check.ts";
import { sleepUntil } from "../timing/timing.ts";
import type { CurrentPlan } from "./services.ts";

/** One check that a term has to make. */
export type ScheduledCheck = CheckInput;

/** Every check that is due in a term, in order of time. */
export function listScheduledChecks(plan: CurrentPlan, term: Interval): ScheduledCheck[] {
  const scheduled = plan.tasks.flatMap((task, taskIndex) =>
    slotsOfTerm(task, plan.staggerPermille, term).map((slotAtMs) => ({
      slotAtMs,
      task,
      taskIndex,
    })),
  );
  return scheduled.sort((a, b) => a.slotAtMs - b.slotAtMs);
}

/** Takes the result of a check. */
export type KeepResult = (task: Task, result: ProbeResult) => void;

/**
 * Starts every check at its instant, each at most once, and waits for all of them. A slot that is
 * past its slack is skipped, and none is waited for after the clock was set back so that it is far
 * ahead. What a check throws stops no other, and is thrown in the end.
 */
export async function runSlots(
  scheduled: readonly ScheduledCheck[],
  services: CheckServices,
  keep: KeepResult,
): Promise<void> {
  const { clock, signal } = services;
  const running = new RunningChecks(services, keep);
  for (const check of scheduled) {
    if (clock.now() < check.slotAtMs) await sleepUntil(clock, check.slotAtMs, signal);
    if (signal.aborted || isAhead(check.slotAtMs, clock.now())) break;
    if (clock.now() - check.slotAtMs <= SLOT_SLACK_MS) running.start(check);
  }
  await running.ended();
}

/** The checks that are under way. */
class RunningChecks implements CheckListener {
  readonly #services: CheckServices;
  readonly #keep: KeepResult;
  readonly #allEnded = Promise.withResolvers<void>();
  readonly #faults: unknown[] = [];
  /** One more than there are, until the last one has started. */
  #count = 1;

  constructor(services: CheckServices, keep: KeepResult) {
    this.#services = services;
    this.#keep = keep;
  }

  start(check: ScheduledCheck): void {
    this.#count++;
    startCheck(check, this.#services, this);
  }

  checked({ task }: ScheduledCheck, result: ProbeResult | null): void {
    try {
      if (result !== null) this.#keep(task, result);
    } catch (fault) {
      this.#faults.push(fault);
    }
    this.#end();
  }

  broke(fault: unknown): void {
    this.#faults.push(fault);
    this.#end();
  }

  /** Throws the first fault. */
  async ended(): Promise<void> {
    this.#end();
    await this.#allEnded.promise;
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  #end(): void {
    if (--this.#count === 0) this.#allEnded.resolve();
  }
}
