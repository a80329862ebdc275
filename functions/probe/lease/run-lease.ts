import { METRICS } from "../../../shared/contract.ts";
import { SLOT_SLACK_MS } from "../../../shared/slot/slot.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import type { StoredChunk } from "../../ports/chunk-store.ts";
import { DNS_DEADLINE_MS } from "../dns/dns.ts";
import { LONGEST_CLOSE_MS } from "../socket/socket.ts";
import { type Acquisition, acquireTerm } from "./acquire-term.ts";
import { FLUSH_GRACE_MS, ResultFlusher, STOP_GRACE_MS } from "./flush-results.ts";
import {
  type KeepResult,
  listScheduledChecks,
  runSlots,
  type ScheduledCheck,
} from "./run-slots.ts";
import type { ProbeServices } from "./services.ts";
import { RunTally } from "./tally-run.ts";

/** Lambda ends the function after 150 s; checks end sooner, so that the last flush has time. */
export const LONGEST_RUN_MS: DurationMs = 140 * SECOND_MS;

type Acquired = Extract<Acquisition, { kind: "acquired" }>;

/** The probe step: acquires the next term of a shard's lease, makes its checks, stores the results. */
export async function runLease(shard: number, services: ProbeServices): Promise<void> {
  const coldStart = services.warm.isCold;
  services.warm.isCold = false;
  if (services.stop.aborted) return;
  const acquisition = await acquireTerm(shard, services);
  if (acquisition.kind === "idle") {
    const { region, log } = services;
    return log({ function: "probe", region, shard, idle: acquisition.reason, metrics: {} });
  }
  await new LeaseTermRun(acquisition, services, coldStart).run();
}

/** One lease term, from its first slot to its last flush. */
class LeaseTermRun {
  readonly #acquired: Acquired;
  readonly #services: ProbeServices;
  readonly #tally: RunTally;
  readonly #scheduled: readonly ScheduledCheck[];
  readonly #flusher: ResultFlusher;

  constructor(acquired: Acquired, services: ProbeServices, coldStart: boolean) {
    const { pacer, results, clock, warm } = services;
    this.#acquired = acquired;
    this.#services = services;
    this.#tally = new RunTally(coldStart, pacer);
    this.#scheduled = listScheduledChecks(acquired.plan, acquired.term);
    this.#flusher = new ResultFlusher({
      term: {
        shard: acquired.shard,
        bundle: acquired.plan.bundle,
        termFromMs: acquired.term.fromMs,
      },
      results,
      clock,
      takeNotes: () => this.#tally.takeNotes(),
      unstored: warm.unstored,
      onStored: this.#announceStored,
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
    const { stop, pacer, openNetwork } = this.#services;
    const hardEnd = new AbortController();
    void this.#hardEnd(done).then(() => hardEnd.abort());
    const signal = AbortSignal.any([stop, hardEnd.signal]);
    const network = openNetwork();
    signal.addEventListener("abort", () => network.close());
    const ways = { network, signal, admission: pacer, observer: this.#tally };
    await runSlots(this.#scheduled, { ...this.#services, ...ways }, this.#keep);
  }

  readonly #keep: KeepResult = (task, result) => {
    this.#tally.noteResult(result);
    this.#services.warm.tasks.set(result, task);
    this.#flusher.add(result);
    this.#services.announce(task, result);
  };

  readonly #announceStored = ({ results }: StoredChunk): void => {
    const { warm, announceStored } = this.#services;
    for (const result of results) {
      const task = warm.tasks.get(result);
      if (task !== undefined) announceStored(task, result);
    }
  };

  /** By then every check has ended by its own timeout; this is the bound if one does not. */
  async #hardEnd(done: AbortSignal): Promise<void> {
    const { clock } = this.#services;
    const longestMs = this.#scheduled.reduce((max, { task }) => Math.max(max, task.timeoutMs), 0);
    const longestCheckMs = DNS_DEADLINE_MS + longestMs + LONGEST_CLOSE_MS;
    const lastMs = this.#acquired.term.toMs + SLOT_SLACK_MS + longestCheckMs;
    const latestMs = clock.monotonic() + LONGEST_RUN_MS;
    // A clock that was set back a little is waited for; one that was set forward ends no check.
    const leftMs = () => Math.min(lastMs - clock.now(), latestMs - clock.monotonic());
    for (let ms = leftMs(); ms > 0 && !done.aborted; ms = leftMs()) await clock.sleep(ms, done);
  }

  #log(): void {
    const { plan, term, shard, problem, takenBack, damagedLease } = this.#acquired;
    const { clock, region, log, warm } = this.#services;
    log({
      function: "probe",
      region,
      shard,
      coverFromMs: term.fromMs,
      bundle: plan.bundle,
      problem,
      ...(takenBack !== null && { takenBack }),
      ...(damagedLease !== null && { damagedLease }),
      proberFault: this.#tally.proberFault,
      internalErrors: this.#tally.internalErrors,
      unstoredChunks: warm.unstored.length,
      metrics: {
        ...this.#tally.metrics(),
        [METRICS.probe.missed]: this.#scheduled.length - this.#tally.attempts,
        [METRICS.probe.planAgeMs]: clock.now() - plan.plannedAtMs,
        [METRICS.probe.lateFlushes]: this.#flusher.lateCount,
      },
    });
  }
}
