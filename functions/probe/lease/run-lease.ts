import { METRICS } from "../../../shared/contract.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { DNS_DEADLINE_MS } from "../dns/dns.ts";
import type { ProbeServices } from "../probe.ts";
import { acquireTerm, type Claim } from "./acquire-interval.ts";
import { FLUSH_GRACE_MS, ResultFlusher, STOP_GRACE_MS } from "./flush-results.ts";
import { listScheduledChecks, type ScheduledCheck } from "./list-scheduled.ts";
import { runSlots } from "./run-slots.ts";
import { RunTally } from "./tally-run.ts";

/** Lambda ends the function after 150 s; checks end before, so that the last flush has its time. */
export const LONGEST_RUN_MS: DurationMs = 140 * SECOND_MS;

type Claimed = Extract<Claim, { kind: "claimed" }>;

/** The probe step: claims the next sixty seconds of a shard, checks what is due, stores the results. */
export async function runLease(shard: number, services: ProbeServices): Promise<void> {
  const coldStart = services.warm.isCold;
  services.warm.isCold = false;
  if (services.stop.aborted) return;
  const claim = await acquireTerm(shard, services);
  if (claim.kind === "idle") {
    const { region } = services;
    return services.log({ function: "probe", region, shard, idle: claim.reason, metrics: {} });
  }
  await new LeaseTermRun(claim, services, coldStart).run();
}

/** One claimed cover, from its first slot to its last flush. */
class LeaseTermRun {
  readonly #claim: Claimed;
  readonly #services: ProbeServices;
  readonly #tally: RunTally;
  readonly #due: readonly ScheduledCheck[];
  readonly #flusher: ResultFlusher;

  constructor(claim: Claimed, services: ProbeServices, coldStart: boolean) {
    const { pacer, results, clock, warm } = services;
    this.#claim = claim;
    this.#services = services;
    this.#tally = new RunTally(coldStart, pacer.stallCount);
    this.#due = listScheduledChecks(claim.plan, claim.cover);
    this.#flusher = new ResultFlusher({
      cover: {
        shard: claim.shard,
        bundle: claim.plan.bundle,
        termFromMs: claim.cover.fromMs,
      },
      results,
      clock,
      takeNotes: () => this.#tally.takeNotes(pacer.stallCount),
      unstored: warm.unstored,
    });
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
      this.#log();
    }
  }

  async #check(done: AbortSignal): Promise<void> {
    const { clock, stop, region } = this.#services;
    const hardEnd = new AbortController();
    void clock.sleep(this.#msToHardEnd(), done).then(() => hardEnd.abort());
    const signal = AbortSignal.any([stop, hardEnd.signal]);
    const network = this.#services.openNetwork();
    signal.addEventListener("abort", () => network.close());
    const tools = { ...this.#services, network, tally: this.#tally, signal };
    const keep = this.#flusher.add.bind(this.#flusher);
    await runSlots(this.#due, { region, tools, keep });
  }

  /** By then everything has ended by its own timeout; this holds if that should ever be wrong. */
  #msToHardEnd(): DurationMs {
    const longestMs = this.#due.reduce((max, { task }) => Math.max(max, task.timeoutMs), 0);
    const lastMs = this.#claim.cover.toMs + SLOT_SLACK_MS + DNS_DEADLINE_MS + longestMs;
    return Math.min(lastMs - this.#services.clock.now(), LONGEST_RUN_MS);
  }

  #log(): void {
    const { plan, cover, shard, problem } = this.#claim;
    const { clock, region, log, warm } = this.#services;
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
