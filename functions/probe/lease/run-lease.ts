import { METRICS } from "../../../shared/contract.ts";
import { clockMetrics } from "../sync/sync.ts";
import { type Acquisition, acquireTerm } from "./acquire-term.ts";
import { runChecks } from "./run-checks.ts";
import { listScheduledChecks, type ScheduledCheck } from "./scheduled-check.ts";
import type { ProbeServices } from "./services.ts";
import { RunTally } from "./tally-run.ts";

type Acquired = Extract<Acquisition, { kind: "acquired" }>;

/** The probe step: acquires the next term of a shard's lease, makes its checks, stores the results. */
export async function runLease(shard: number, services: ProbeServices): Promise<void> {
  const { warm, clock } = services;
  const coldStart = warm.isCold;
  warm.isCold = false;
  if (services.stop.aborted) return;
  const acquisition = await acquireTerm(shard, services);
  if (acquisition.kind === "idle") {
    const { region, log } = services;
    return log({ function: "probe", region, shard, idle: acquisition.reason, metrics: {} });
  }
  warm.health.forgetOld(clock.now());
  await new LeaseTermRun(acquisition, services, coldStart).run();
}

/** One lease term, from its first slot to its last flush. */
class LeaseTermRun {
  readonly #acquired: Acquired;
  readonly #services: ProbeServices;
  readonly #tally: RunTally;
  readonly #scheduled: readonly ScheduledCheck[];

  constructor(acquired: Acquired, services: ProbeServices, coldStart: boolean) {
    this.#acquired = acquired;
    this.#services = services;
    this.#tally = new RunTally(coldStart, services.pacer);
    this.#scheduled = listScheduledChecks(acquired.plan, acquired.term);
  }

  async run(): Promise<void> {
    const { shard, plan, term } = this.#acquired;
    const filing = { termFromMs: term.fromMs, firstPart: 0, endsAtMs: term.toMs };
    const made = { scheduled: this.#scheduled, tally: this.#tally, ended: this.#log };
    await runChecks({ shard, plan, ...filing, ...made, isAsked: false }, this.#services);
  }

  readonly #log = (lateFlushCount: number): void => {
    const { plan, term, shard, problem, takenBack, damagedLease } = this.#acquired;
    const { clock, region, log, warm, clockWatch } = this.#services;
    const { rechecks } = this.#tally;
    log({
      function: "probe",
      region,
      shard,
      coverFromMs: term.fromMs,
      bundle: plan.bundle,
      problem,
      ...(takenBack !== null && { takenBack }),
      ...(damagedLease !== null && { damagedLease }),
      ...(rechecks > 0 && { rechecks }),
      proberFault: this.#tally.proberFault,
      internalErrors: this.#tally.internalErrors,
      unstoredChunks: warm.unstored.length,
      ...(clockWatch?.kiss && { clockKiss: clockWatch.kiss }),
      metrics: {
        ...this.#tally.metrics(),
        [METRICS.probe.missed]: this.#scheduled.length - this.#tally.slots,
        [METRICS.probe.planAgeMs]: clock.now() - plan.plannedAtMs,
        [METRICS.probe.lateFlushes]: lateFlushCount,
        ...clockMetrics(clockWatch?.reading() ?? null),
      },
    });
  };
}
