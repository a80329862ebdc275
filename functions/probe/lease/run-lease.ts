import { METRICS } from "../../../shared/contract.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { DNS_DEADLINE_MS } from "../dns/dns.ts";
import type { Outside } from "../probe.ts";
import { type Claim, claimCover } from "./acquire-interval.ts";
import { FLUSH_GRACE_MS, ResultFlusher, STOP_GRACE_MS } from "./flush-results.ts";
import { type Due, listDue } from "./list-scheduled.ts";
import { runSlots } from "./run-slots.ts";
import { RunTally } from "./tally-run.ts";

/** Lambda ends the function after 150 s; checks end before, so that the last flush has its time. */
export const LONGEST_RUN_MS: DurationMs = 140 * SECOND_MS;

type Claimed = Extract<Claim, { kind: "claimed" }>;

/** The probe step: claims the next sixty seconds of a shard, checks what is due, stores the results. */
export async function coverMinute(shard: number, outside: Outside): Promise<void> {
  const coldStart = outside.warm.isCold;
  outside.warm.isCold = false;
  if (outside.stop.aborted) return;
  const claim = await claimCover(shard, outside);
  if (claim.kind === "idle") {
    const { region } = outside;
    return outside.log({ function: "probe", region, shard, idle: claim.reason, metrics: {} });
  }
  await new CoverRun(claim, outside, coldStart).run();
}

/** One claimed cover, from its first slot to its last flush. */
class CoverRun {
  readonly #claim: Claimed;
  readonly #outside: Outside;
  readonly #tally: RunTally;
  readonly #due: readonly Due[];
  readonly #flusher: ResultFlusher;

  constructor(claim: Claimed, outside: Outside, coldStart: boolean) {
    const { pacer, results, clock, warm } = outside;
    this.#claim = claim;
    this.#outside = outside;
    this.#tally = new RunTally(coldStart, pacer.stallCount);
    this.#due = listDue(claim.plan, claim.cover);
    this.#flusher = new ResultFlusher({
      cover: {
        shard: claim.shard,
        bundle: claim.plan.bundle,
        coverFromMs: claim.cover.fromMs,
      },
      results,
      clock,
      takeNotes: () => this.#tally.takeNotes(pacer.stallCount),
      unstored: warm.unstored,
    });
  }

  async run(): Promise<void> {
    const { stop } = this.#outside;
    const done = new AbortController();
    const marks = this.#flusher.flushAtMarks(done.signal);
    try {
      await this.#check(done.signal);
    } finally {
      done.abort();
      await marks;
      await this.#flusher.finish(stop.aborted ? STOP_GRACE_MS : FLUSH_GRACE_MS);
      this.#log();
    }
  }

  async #check(done: AbortSignal): Promise<void> {
    const { clock, stop, region } = this.#outside;
    const hardEnd = new AbortController();
    void clock.sleep(this.#msToHardEnd(), done).then(() => hardEnd.abort());
    const signal = AbortSignal.any([stop, hardEnd.signal]);
    const network = this.#outside.openNetwork();
    signal.addEventListener("abort", () => network.close());
    const tools = { ...this.#outside, network, tally: this.#tally, signal };
    const keep = this.#flusher.add.bind(this.#flusher);
    await runSlots(this.#due, { region, tools, keep });
  }

  /** By then everything has ended by its own timeout; this holds if that should ever be wrong. */
  #msToHardEnd(): DurationMs {
    const longestMs = this.#due.reduce((max, { task }) => Math.max(max, task.timeoutMs), 0);
    const lastMs = this.#claim.cover.toMs + SLOT_SLACK_MS + DNS_DEADLINE_MS + longestMs;
    return Math.min(lastMs - this.#outside.clock.now(), LONGEST_RUN_MS);
  }

  #log(): void {
    const { plan, cover, shard, problem } = this.#claim;
    const { clock, region, log, warm } = this.#outside;
    log({
      function: "probe",
      region,
      shard,
      coverFromMs: cover.fromMs,
      bundle: plan.bundle,
      problem,
      unstoredChunks: warm.unstored.length,
      metrics: {
        ...this.#tally.metrics(),
        [METRICS.probe.missed]: this.#due.length - this.#tally.attempts,
        [METRICS.probe.planAgeMs]: clock.now() - plan.plannedAtMs,
        [METRICS.probe.lateFlushes]: this.#flusher.lateCount,
      },
    });
  }
}
