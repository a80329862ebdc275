import type { ChunkNotes } from "../../../shared/chunk/chunk.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { longestCheckMs } from "../../../shared/retry/retry.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";
import { RateLimiter } from "../admit/admit.ts";
import { CLOSE_AT_ONCE, type Holder } from "../check/check.ts";
import { DNS_DEADLINE_MS } from "../dns/dns.ts";
import { GOODBYE_GRACE_MS } from "../holding/holding.ts";
import { LONGEST_CLOSE_MS } from "../socket/socket.ts";
import { FLUSH_GRACE_MS, ResultFlusher, STOP_GRACE_MS } from "./flush-results.ts";
import { handOver } from "./hand-over.ts";
import { type Pause, runSlots } from "./run-slots.ts";
import type { ScheduledCheck } from "./scheduled-check.ts";
import type { CurrentPlan, ProbeServices } from "./services.ts";
import type { RunTally } from "./tally-run.ts";
import { HomeTeller } from "./tell-home.ts";
import { HealthWatch } from "./watch-health.ts";

/** Lambda ends the function after 180 s; checks end sooner, so that the last flush has time. */
export const LONGEST_RUN_MS: DurationMs = 171 * SECOND_MS;

/** Checks to make, and where their results are filed. */
export interface ChecksSetup {
  readonly shard: number;
  readonly plan: CurrentPlan;
  /** In order of time. */
  readonly scheduled: readonly ScheduledCheck[];
  /** The lease term that the results are filed under, and the number of the first part. */
  readonly termFromMs: EpochMs;
  readonly firstPart: number;
  /** No scheduled check is due later. */
  readonly endsAtMs: EpochMs;
  readonly tally: RunTally;
  /** Whether home waits for each result; else only for those that turn a region. */
  readonly isAsked: boolean;
  /** Is told in the end, also after an error. */
  readonly ended: (end: ChecksEnd) => void;
}

/** How a run has ended. */
export interface ChecksEnd {
  /** How many flushes did not succeed at once. */
  readonly lateFlushCount: number;
  /** How many of the scheduled checks were the run's: all, unless it handed the rest over. */
  readonly reached: number;
}

/** Makes checks and the rechecks that follow, stores their results, and tells home of what turned. */
export async function runChecks(setup: ChecksSetup, services: ProbeServices): Promise<void> {
  await new ChecksRun(setup, services).run();
}

class ChecksRun {
  readonly #setup: ChecksSetup;
  readonly #services: ProbeServices;
  readonly #flusher: ResultFlusher;
  readonly #teller: HomeTeller;
  /** Null if rechecks are not wanted. */
  readonly #watch: HealthWatch | null;
  /** When the last check is due that is known of. */
  #lastDueAtMs: EpochMs;
  #reached: number;

  constructor(setup: ChecksSetup, services: ProbeServices) {
    const { shard, plan, termFromMs, firstPart, tally } = setup;
    const { results, clock, warm } = services;
    this.#setup = setup;
    this.#services = services;
    this.#lastDueAtMs = setup.endsAtMs;
    this.#reached = setup.scheduled.length;
    this.#flusher = new ResultFlusher({
      term: {
        shard,
        bundle: plan.bundle,
        termFromMs,
        ...(plan.slotPlan && { plan: plan.slotPlan }),
      },
      firstPart,
      results,
      clock,
      takeNotes: () => withClock(tally.takeNotes(), services),
      unstored: warm.unstored,
      onStored: this.#noteStored,
    });
    this.#teller = new HomeTeller({
      clock,
      flush: () => this.#flusher.flush(),
      hint: (turns) =>
        services.hint({
          ...{ region: services.region, shard, atMs: clock.now() },
          ...(turns !== null && { turns }),
        }),
    });
    this.#watch = plan.policy === null ? null : this.#watchHealth(plan.policy);
  }

  async run(): Promise<void> {
    const { stop } = this.#services;
    const done = new AbortController();
    const marks = this.#flusher.flushAtMarks(done.signal);
    try {
      await this.#check(done.signal);
    } finally {
      done.abort();
      await marks;
      await this.#flusher.finish(stop.aborted ? STOP_GRACE_MS : FLUSH_GRACE_MS);
      await this.#teller.finish();
      this.#setup.ended({ lateFlushCount: this.#flusher.lateCount, reached: this.#reached });
    }
  }

  #watchHealth(policy: NonNullable<CurrentPlan["policy"]>): HealthWatch {
    const { clock, warm } = this.#services;
    const { tell, storeSoon } = this.#teller;
    return new HealthWatch({ policy, memory: warm.health, clock, tellHome: tell, storeSoon });
  }

  async #check(done: AbortSignal): Promise<void> {
    const { stop, pacer, openNetwork, clockWatch, warm } = this.#services;
    const hardEnd = new AbortController();
    void this.#hardEnd(done).then(() => hardEnd.abort());
    const signal = AbortSignal.any([stop, hardEnd.signal]);
    const network = openNetwork();
    signal.addEventListener("abort", () => network.close());
    if (!this.#setup.isAsked) void clockWatch?.follow(network.resolve, done);
    const holder = await this.#openHolder(signal);
    const limiter = new RateLimiter(this.#setup.plan.rates, warm.rates);
    const observer = this.#setup.tally;
    const ways = { network, signal, holder, admission: pacer, limiter, observer };
    const services = { ...this.#services, ...ways, knownAddresses: warm.addresses };
    const { scheduled } = this.#setup;
    this.#reached = await runSlots(scheduled, services, this.#after, this.#pause());
  }

  /** None where there is no queue, and for what somebody asked for. */
  #pause(): Pause | undefined {
    const { shard, termFromMs, isAsked } = this.#setup;
    const { bursts, clock, warm } = this.#services;
    if (bursts === undefined || isAsked) return undefined;
    const { trust } = warm;
    return handOver({ shard, termFromMs, bursts, clock, trust, flusher: this.#flusher });
  }

  async #openHolder(signal: AbortSignal): Promise<Holder> {
    const { shard, plan, scheduled, termFromMs, endsAtMs, isAsked } = this.#setup;
    const { held } = this.#services;
    // A recheck holds nothing.
    if (isAsked) return { ...CLOSE_AT_ONCE, longestMs: held.longestMs };
    const term = { fromMs: termFromMs, toMs: endsAtMs };
    return held.openTerm({ shard, term, tasks: plan.tasks, scheduled, signal });
  }

  readonly #after = (check: ScheduledCheck, result: ProbeResult | null): ScheduledCheck | null => {
    const kept = result === null || !check.isRecheck ? result : { ...result, recheck: true };
    if (kept !== null) this.#keep(check, kept);
    const next = this.#watch?.follow(check, kept) ?? null;
    if (next !== null) this.#lastDueAtMs = Math.max(this.#lastDueAtMs, next.slotAtMs);
    return next;
  };

  #keep({ task, rechecks, isHeld }: ScheduledCheck, result: ProbeResult): void {
    const planned = rechecks?.task ?? task;
    this.#setup.tally.noteResult(result, isHeld);
    this.#services.warm.tasks.set(result, planned);
    this.#flusher.add(result);
    this.#services.announce(planned, result);
    if (this.#setup.isAsked) this.#teller.tell(result, null);
  }

  readonly #noteStored = ({ results }: StoredChunk): void => {
    const { warm, announceStored } = this.#services;
    for (const result of results) {
      const task = warm.tasks.get(result);
      if (task !== undefined) announceStored(task, result);
    }
    this.#teller.stored(results);
  };

  /** How long a task's connection may take, if its holder does not take it further. */
  #mostOf(task: Task): DurationMs {
    const longestMs = longestCheckMs(task);
    if (task.hold === undefined) return longestMs;
    return longestMs + Math.min(task.hold.holdMs, this.#services.held.longestMs) + GOODBYE_GRACE_MS;
  }

  /** By then every check has ended by its own timeout; this is the bound if one does not. */
  async #hardEnd(done: AbortSignal): Promise<void> {
    const { clock } = this.#services;
    const { scheduled } = this.#setup;
    const longestMs = scheduled.reduce((max, { task }) => Math.max(max, this.#mostOf(task)), 0);
    const lateMs = SLOT_SLACK_MS + DNS_DEADLINE_MS + longestMs + LONGEST_CLOSE_MS;
    const latestMs = clock.monotonic() + LONGEST_RUN_MS;
    // A clock that was set back a little is waited for; one that was set forward ends no check.
    const leftMs = () =>
      Math.min(this.#lastDueAtMs + lateMs - clock.now(), latestMs - clock.monotonic());
    for (let ms = leftMs(); ms > 0 && !done.aborted; ms = leftMs()) await clock.sleep(ms, done);
  }
}

function withClock(notes: ChunkNotes, { clockWatch }: ProbeServices): ChunkNotes {
  const clock = clockWatch?.reading() ?? null;
  return clock === null ? notes : { ...notes, clock };
}
