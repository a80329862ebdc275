import { LEAST_GAP_MS } from "../../../shared/plan/plan.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { isAhead, SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import {
  type CheckListener,
  type CheckServices,
  type HoldListener,
  startCheck,
} from "../check/check.ts";
import { sleepUntil } from "../timing/timing.ts";
import { RecheckQueue } from "./queue-rechecks.ts";
import type { ScheduledCheck } from "./scheduled-check.ts";

/** Takes a check that has ended, without a result if it was not made, and says which recheck follows it. */
export type AfterCheck = (
  check: ScheduledCheck,
  result: ProbeResult | null,
) => ScheduledCheck | null;

/**
 * Is asked before a check that is not due for a while, and says whether the run ends here. `quiet` is
 * when all that goes on has ended.
 */
export type Pause = (next: ScheduledCheck, quiet: Promise<void>) => Promise<boolean>;

/**
 * Starts every check at its instant, each at most once, and waits for all of them, for the rechecks
 * that follow, and for connections that are held as long as their holder says. A slot that is past its
 * slack is skipped, and none is waited for after the clock was set back so that it is far ahead. What a
 * check throws stops no other, and is thrown in the end. Gives how many checks it came to: all, unless
 * it paused.
 */
export async function runSlots(
  scheduled: readonly ScheduledCheck[],
  services: CheckServices,
  after: AfterCheck,
  pause?: Pause,
): Promise<number> {
  const { clock, signal } = services;
  const running = new RunningChecks(services, after);
  services.holder.attach(running);
  let reached = scheduled.length;
  for (const [i, check] of scheduled.entries()) {
    const isPause = pause !== undefined && check.slotAtMs - clock.now() >= LEAST_GAP_MS;
    if (isPause && !signal.aborted && (await pause(check, running.quiet()))) {
      reached = i;
      break;
    }
    if (clock.now() < check.slotAtMs) await sleepUntil(clock, check.slotAtMs, signal);
    if (signal.aborted || isAhead(check.slotAtMs, clock.now())) break;
    if (clock.now() - check.slotAtMs <= SLOT_SLACK_MS) running.start(check);
  }
  await running.ended();
  return reached;
}

/** The checks that are under way, and what goes on beside them. */
class RunningChecks implements CheckListener, HoldListener {
  readonly #services: CheckServices;
  readonly #after: AfterCheck;
  readonly #rechecks: RecheckQueue;
  readonly #allEnded = Promise.withResolvers<void>();
  readonly #faults: unknown[] = [];
  #quiet: PromiseWithResolvers<void> | null = null;
  /** One more than there are, until the last one has started. */
  #count = 1;

  constructor(services: CheckServices, after: AfterCheck) {
    this.#services = services;
    this.#after = after;
    const start = (check: ScheduledCheck) => startCheck(check, services, this);
    this.#rechecks = new RecheckQueue(services, { start, drop: () => this.#end() });
  }

  start(check: ScheduledCheck): void {
    this.#count++;
    startCheck(check, this.#services, this);
  }

  checked(check: ScheduledCheck, result: ProbeResult | null): void {
    try {
      const next = this.#after(check, result);
      if (next !== null) this.#recheckLater(next);
    } catch (fault) {
      this.#faults.push(fault);
    }
    this.#end();
  }

  begun(): void {
    this.#count++;
  }

  took(check: ScheduledCheck, result: ProbeResult): void {
    this.#count++;
    this.checked(check, result);
  }

  over(): void {
    this.#end();
  }

  broke(fault: unknown): void {
    this.#faults.push(fault);
    this.#end();
  }

  /** When nothing is under way. */
  async quiet(): Promise<void> {
    if (this.#count === 1) return;
    this.#quiet ??= Promise.withResolvers<void>();
    await this.#quiet.promise;
  }

  /** Throws the first fault. */
  async ended(): Promise<void> {
    this.#end();
    await this.#allEnded.promise;
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  #recheckLater(check: ScheduledCheck): void {
    this.#count++;
    this.#rechecks.add(check);
  }

  #end(): void {
    if (--this.#count === 0) this.#allEnded.resolve();
    if (this.#count > 1) return;
    this.#quiet?.resolve();
    this.#quiet = null;
  }
}
