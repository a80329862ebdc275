import { channel } from "node:diagnostics_channel";
import { CHANNELS } from "../../../shared/contract.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import type { RegionName } from "../../../shared/units.ts";
import { type CheckListener, type CheckTools, startCheck } from "../check/check.ts";
import { sleepUntil } from "../timing/timing.ts";
import type { ScheduledCheck } from "./list-scheduled.ts";

const announced = channel(CHANNELS.result);

export interface SlotRun {
  readonly region: RegionName;
  readonly tools: CheckTools;
  readonly keep: (result: ProbeResult) => void;
}

/**
 * Starts every check at its instant, each at most once, and waits for all of them. A slot whose
 * time is over is passed by. What a check throws stops no other, and is thrown in the end.
 */
export async function runSlots(due: readonly ScheduledCheck[], run: SlotRun): Promise<void> {
  const { clock, signal } = run.tools;
  const running = new Running(run);
  for (const one of due) {
    if (clock.now() < one.slotAtMs) await sleepUntil(clock, one.slotAtMs, signal);
    if (signal.aborted) break;
    if (clock.now() - one.slotAtMs <= SLOT_SLACK_MS) running.start(one);
  }
  await running.ended();
}

/** The checks that are under way, and what becomes of them. */
class Running implements CheckListener {
  readonly #run: SlotRun;
  readonly #allEnded = Promise.withResolvers<void>();
  readonly #faults: unknown[] = [];
  /** One more than there are, until no more come. */
  #count = 1;

  constructor(run: SlotRun) {
    this.#run = run;
  }

  start(due: ScheduledCheck): void {
    this.#count++;
    startCheck(due, this.#run.tools, this);
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

  #keep(task: Task, result: ProbeResult): void {
    const { region, tools, keep } = this.#run;
    tools.tally.noteResult(result);
    keep(result);
    if (announced.hasSubscribers) announced.publish({ region, task, result });
  }

  /** Throws the first fault there was. */
  async ended(): Promise<void> {
    this.#end();
    await this.#allEnded.promise;
    if (this.#faults.length > 0) throw this.#faults[0];
  }

  #end(): void {
    if (--this.#count === 0) this.#allEnded.resolve();
  }
}
