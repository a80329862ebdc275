import {
  HealthWatch,
  RegionMemory,
  type ScheduledCheck,
} from "../../../functions/probe/lease/lease.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import { NO_FIGURES, NO_MARKS, type ProbeResult } from "../../../shared/result/result.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import type { TermBeat } from "../setting.ts";
import { type Answer, firstBeat, type Sight } from "../worlds/sight.ts";
import type { ChunkFlow } from "./chunk-flow.ts";
import type { Timeline } from "./timeline.ts";

/** What a probe side needs of what is around it. */
export interface ProbeSetup {
  readonly region: number;
  readonly task: Task;
  readonly policy: AlertPolicy;
  /** Whether home is told at once what turns. */
  readonly hints: boolean;
  readonly sight: Sight;
  readonly beat: TermBeat;
  readonly timeline: Timeline;
  readonly flow: ChunkFlow;
}

/** One region's probe of the task: its checks, and the fleet's own watch that follows them. */
export class ProbeSide {
  readonly #setup: ProbeSetup;
  readonly #memory = new RegionMemory();
  readonly #watch: HealthWatch;
  #nowMs: EpochMs = 0;
  /** Checks that have begun, and rechecks that are due. */
  #busyCount = 0;
  nextSlotMs: EpochMs;
  extraCheckCount = 0;

  constructor(setup: ProbeSetup) {
    this.#setup = setup;
    this.nextSlotMs = setup.beat.firstMs;
    this.#watch = new HealthWatch({
      policy: setup.policy,
      memory: this.#memory,
      clock: { now: () => this.#nowMs },
      tellHome: () => this.#tell("hint"),
      storeSoon: () => this.#tell("flush"),
    });
  }

  /** Whether a check that passes changes nothing, and home knows all that failed. */
  get isQuiet(): boolean {
    return this.#isCalm && this.#setup.flow.isCalm;
  }

  get #isCalm(): boolean {
    return this.#busyCount === 0 && this.#memory.isQuiet(this.#setup.task.name);
  }

  /** The first slot from the next one on that will fail; infinity if none does. */
  nextFailure(): EpochMs {
    return this.#setup.sight.nextFailure(this.#setup.beat, this.nextSlotMs);
  }

  /** Skips slots that pass; returns the last one before the next. */
  skipTo(atMs: EpochMs): EpochMs {
    const { beat, flow } = this.#setup;
    const nextMs = Number.isFinite(atMs) ? firstBeat(beat, atMs) : atMs;
    if (nextMs > this.nextSlotMs) flow.forget();
    this.nextSlotMs = Math.max(this.nextSlotMs, nextMs);
    return this.nextSlotMs - beat.periodMs;
  }

  /** How many slots are in an interval. */
  slotsWithin({ fromMs, toMs }: Interval): number {
    const { beat } = this.#setup;
    return Math.max(0, (firstBeat(beat, toMs) - firstBeat(beat, fromMs)) / beat.periodMs);
  }

  /** Makes the next slot's check. */
  checkSlot(): void {
    const slotAtMs = this.nextSlotMs;
    this.nextSlotMs += this.#setup.beat.periodMs;
    this.#check({ slotAtMs, task: this.#setup.task, taskIndex: 0 }, slotAtMs);
  }

  /** Makes a check that home has asked for. */
  checkNow(atMs: EpochMs): void {
    const { task } = this.#setup;
    this.#recheckAt(atMs, { slotAtMs: atMs, task, taskIndex: 0, isRecheck: true });
  }

  #recheckAt(atMs: EpochMs, check: ScheduledCheck): void {
    this.#busyCount++;
    this.#setup.timeline.at(atMs, () => {
      this.#busyCount--;
      this.extraCheckCount++;
      this.#check(check, atMs);
    });
  }

  #check(check: ScheduledCheck, startedAtMs: EpochMs): void {
    const { sight, region, timeline } = this.#setup;
    const answer = sight.answerAt(check.slotAtMs, check.task.timeoutMs);
    const knownAtMs = Math.ceil(startedAtMs + answer.tookMs);
    const { passed, tookMs } = answer;
    const isRecheck = check.isRecheck === true;
    const sample = { region, atMs: check.slotAtMs, passed, tookMs, isRecheck };
    const termFromMs = this.#termOf(check);
    if (passed && this.#isCalm) {
      this.#setup.flow.keep(sample, knownAtMs, termFromMs);
      return;
    }
    this.#busyCount++;
    timeline.at(knownAtMs, () => {
      this.#busyCount--;
      this.#nowMs = knownAtMs;
      this.#setup.flow.keep(sample, knownAtMs, termFromMs);
      const next = this.#watch.follow(check, resultOf(check, answer));
      if (next !== null) this.#recheckAt(Math.max(next.slotAtMs, knownAtMs), next);
    });
  }

  #tell(what: "flush" | "hint"): void {
    if (this.#setup.hints) this.#setup.flow.want(what, this.#nowMs);
  }

  /** A recheck is filed under the term of the slot that it follows. */
  #termOf({ slotAtMs, rechecks }: ScheduledCheck): EpochMs {
    const atMs = rechecks?.fromMs ?? slotAtMs;
    const { termFromMs } = this.#setup.beat;
    return termFromMs + Math.floor((atMs - termFromMs) / MINUTE_MS) * MINUTE_MS;
  }
}

/** The result of a check as a probe has it. */
export function resultOf(
  { slotAtMs, isRecheck }: { readonly slotAtMs: EpochMs; readonly isRecheck?: boolean },
  { passed, tookMs }: Answer,
): ProbeResult {
  const connectTimeMs = passed ? tookMs : null;
  return {
    taskIndex: 0,
    slotAtMs,
    startedAtMs: slotAtMs,
    outcome: passed ? "open" : "timeout",
    expect: "open",
    ...NO_FIGURES,
    ...NO_MARKS,
    recheck: isRecheck === true,
    connectTimeMs,
    elapsedMs: connectTimeMs,
    address: "192.0.2.1",
    timing: "kernel",
    suspect: false,
  };
}
