import { METRICS } from "../../../shared/contract.ts";
import type { NextBurst } from "../../../shared/request/request.ts";
import { clockMetrics } from "../sync/sync.ts";
import { type Acquired, acquireTerm } from "./acquire-term.ts";
import { explainStart } from "./explain-start.ts";
import { resumeTerm } from "./resume-term.ts";
import { type ChecksEnd, runChecks } from "./run-checks.ts";
import { listScheduledChecks, type ScheduledCheck } from "./scheduled-check.ts";
import type { ProbeServices } from "./services.ts";
import { RunTally } from "./tally-run.ts";

/** The probe step: acquires the next term of a shard's lease, makes its checks, stores the results. */
export async function runLease(shard: number, services: ProbeServices): Promise<void> {
  const begin = () => acquireTerm(shard, services);
  await runTerm({ shard, begin, from: null }, services);
}

/** The rest of a lease term, which another invocation has handed over. */
export async function continueLease(from: NextBurst, services: ProbeServices): Promise<void> {
  const begin = () => resumeTerm(from, services);
  await runTerm({ shard: from.shard, begin, from }, services);
}

/** How an invocation gets what it runs. */
interface TermStart {
  readonly shard: number;
  readonly begin: () => ReturnType<typeof acquireTerm>;
  /** Where in its term it begins; null: with it. */
  readonly from: NextBurst | null;
}

async function runTerm({ shard, begin, from }: TermStart, services: ProbeServices): Promise<void> {
  const { warm, clock, stop } = services;
  const coldStart = warm.isCold;
  warm.isCold = false;
  if (stop.aborted) return;
  // What worked before in this process is no matter of routes.
  const acquisition = await (warm.plans.size > 0 ? begin() : begin().catch(explainStart));
  if (acquisition.kind === "idle") {
    const { region, log } = services;
    return log({ function: "probe", region, shard, idle: acquisition.reason, metrics: {} });
  }
  warm.health.forgetOld(clock.now());
  await new LeaseTermRun({ ...acquisition, from }, services, coldStart).run();
}

/** What an invocation runs of a term. */
interface OwnTerm extends Acquired, Pick<TermStart, "from"> {}

/** One lease term, from its first slot, or that of its rest, to its last flush. */
class LeaseTermRun {
  readonly #acquired: OwnTerm;
  readonly #services: ProbeServices;
  readonly #tally: RunTally;
  readonly #scheduled: readonly ScheduledCheck[];

  constructor(acquired: OwnTerm, services: ProbeServices, coldStart: boolean) {
    this.#acquired = acquired;
    this.#services = services;
    this.#tally = new RunTally(coldStart, services.pacer);
    const { plan, term, from } = acquired;
    this.#scheduled = listScheduledChecks(plan, term, from?.fromMs);
  }

  async run(): Promise<void> {
    const { shard, plan, term, from } = this.#acquired;
    const filing = { termFromMs: term.fromMs, firstPart: from?.part ?? 0, endsAtMs: term.toMs };
    const made = { scheduled: this.#scheduled, tally: this.#tally, ended: this.#log };
    await runChecks({ shard, plan, ...filing, ...made, isAsked: false }, this.#services);
  }

  readonly #log = ({ lateFlushCount, reached }: ChecksEnd): void => {
    const { plan, term, from, shard, problem, takenBack, damagedLease } = this.#acquired;
    const { clock, region, log, warm, clockWatch } = this.#services;
    const { rechecks } = this.#tally;
    log({
      function: "probe",
      region,
      shard,
      coverFromMs: term.fromMs,
      ...(from !== null && { burstFromMs: from.fromMs }),
      ...(reached < this.#scheduled.length && { handedOver: this.#scheduled.length - reached }),
      bundle: plan.bundle,
      problem,
      ...(takenBack !== null && { takenBack }),
      ...(damagedLease !== null && { damagedLease }),
      ...(rechecks > 0 && { rechecks }),
      proberFault: this.#tally.proberFault,
      internalErrors: this.#tally.internalErrors,
      unstoredChunks: warm.unstored.length,
      ...(warm.trust.isLost(clock.now()) && {
        queue: "A message was not delivered: the probe waits",
      }),
      ...(clockWatch?.kiss && { clockKiss: clockWatch.kiss }),
      metrics: {
        ...this.#tally.metrics(),
        [METRICS.probe.missed]: reached - this.#tally.slots,
        [METRICS.probe.planAgeMs]: clock.now() - plan.plannedAtMs,
        [METRICS.probe.lateFlushes]: lateFlushCount,
        ...clockMetrics(clockWatch?.reading() ?? null),
      },
    });
  };
}
