import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type FunctionName, functionName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { isAhead, returnClaim, takeBackLease } from "../../shared/slot/slot.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import type { Invocation, TakeInvocation } from "../aws/function-endpoint.ts";
import { patiently } from "../aws/patience.ts";
import { createSweeper } from "../aws/sweep.ts";
import { jumpSentence, watchClock } from "./clock-watch.ts";
import { ageOfData, DoubtedClock } from "./doubted-clock.ts";
import type { FleetWorkers } from "./fleet-workers.ts";
import { type FunctionWorker, ThreadEndedError } from "./function-worker.ts";
import { everyMinute, type Schedule } from "./minute-schedule.ts";
import type { RegionClock } from "./next-check.ts";
import { type KeepLease, type ProbeRounds, startRounds } from "./probe-rounds.ts";
import { clocksOf, type ShardStart, startsOf } from "./shard-starts.ts";

/** What a fleet runs on. */
export interface FleetRunSetup {
  readonly fleet: Fleet;
  readonly client: DynamoDBClient;
  readonly workers: FleetWorkers;
  /** Lease terms for each shard; null means until `stop`. */
  readonly termCount: number | null;
  readonly note: (sentence: string) => void;
  /** Called after every plan, made or refused. */
  readonly onPlanned: () => Promise<void>;
  /** Is called with the regions' clocks when they change because the clock was set. */
  readonly onClocks?: (clocks: Map<RegionName, RegionClock>) => void;
}

/** A minute is summarised 20 s after its end; one second more, in case of clock skew. */
export const AGGREGATE_OFFSET_MS = 21 * SECOND_MS;
const PLAN_OFFSET_MS = 41 * SECOND_MS;
const SWEEP_OFFSET_MS = 31 * SECOND_MS;

/** Invocations that functions asked for and that have not ended; Lambda's own queue is longer. */
const MOST_ASKED = 100;

/** The minute schedules of a fleet; on AWS EventBridge Scheduler does this. */
export class FleetRun {
  readonly #setup: FleetRunSetup;
  readonly #schedules: Schedule[] = [];
  readonly #rounds: ProbeRounds[] = [];
  readonly #underWay = new Set<Promise<boolean>>();
  /** A plan with force failed, so that the next one has to do it. */
  #isForceDue = false;
  #isStopped = false;
  #askedCount = 0;
  readonly #clock = new DoubtedClock();

  constructor(setup: FleetRunSetup) {
    this.#setup = setup;
  }

  /**
   * Plans and starts all schedules. The aggregator runs once at the start: it then summarises from the
   * next whole minute on. Resolves to the clock of each region. If it is stopped meanwhile, nothing
   * begins.
   */
  async start(): Promise<Map<RegionName, RegionClock>> {
    const { client, fleet, note } = this.#setup;
    const ageMs = await patiently(
      "How old the data is, is not known yet",
      () => ageOfData(client, fleet.name, Date.now()),
      { note },
    );
    this.#clock.noteStep(ageMs);
    const [starts] = await Promise.all([
      patiently("The shards do not start yet", () => this.#startsOf(returnClaim), { note }),
      this.planNow({ force: true }),
    ]);
    if (this.#isStopped) return clocksOf(this.#setup.fleet, starts);
    for (const start of starts) this.#rounds.push(this.#startShard(start));
    void this.aggregateNow();
    const sweeper = createSweeper(client, fleet);
    this.#schedule(PLAN_OFFSET_MS, async () => void (await this.planNow({ force: false })));
    this.#schedule(AGGREGATE_OFFSET_MS, () => this.aggregateNow());
    this.#schedule(SWEEP_OFFSET_MS, async () => {
      if (this.#clock.isDoubted) return;
      await this.#orNote("sweep", sweeper.sweepSlice(Date.now()));
    });
    this.#schedules.push(watchClock((jumpMs) => this.#afterJump(jumpMs)));
    return clocksOf(this.#setup.fleet, starts);
  }

  /** Resolves when every shard has run its lease terms. */
  async checksEnded(): Promise<void> {
    await Promise.all(this.#rounds.map(({ ended }) => ended));
  }

  /** Plans the stored tasks; false if that failed. */
  async planNow({ force }: { readonly force: boolean }): Promise<boolean> {
    const isForced = force || this.#isForceDue;
    this.#isForceDue = false;
    const order = isForced ? { force: true } : {};
    const isDone = await this.#invoke(this.#setup.workers.home, "plan", order);
    if (isDone) await this.#orNote("Showing the planned tasks", this.#setup.onPlanned());
    else this.#isForceDue ||= isForced;
    return isDone;
  }

  async aggregateNow(): Promise<void> {
    await this.#invoke(this.#setup.workers.home, "aggregate", {});
  }

  /** Begins an invocation that a function or a command asks for; `stop` waits for its end. */
  takeInvocation(invocation: Invocation): ReturnType<TakeInvocation> {
    const found = this.#find(invocation);
    if (found === null) return "unknown";
    if (this.#isStopped || this.#askedCount >= MOST_ASKED) return "full";
    this.#askedCount += 1;
    const { worker, name } = found;
    const ended = worker.invoke(name, invocation.event);
    void this.#orNote(name, ended).finally(() => {
      this.#askedCount -= 1;
    });
    return { ended };
  }

  #find({ region, functionName: wanted }: Invocation) {
    const { fleet, workers } = this.#setup;
    const named = (name: FunctionName) => functionName(fleet.name, name) === wanted;
    if (region === fleet.home && named("aggregate"))
      return { worker: workers.home, name: "aggregate" } as const;
    const worker = workers.regions.get(region);
    return worker !== undefined && named("probe") ? ({ worker, name: "probe" } as const) : null;
  }

  /** Starts no further invocation; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const schedule of this.#schedules) schedule.stop();
    for (const rounds of this.#rounds) rounds.stop();
    for (const worker of this.#setup.workers.regions.values()) worker.askToStop();
    await this.checksEnded();
    await Promise.all(this.#underWay);
  }

  #afterJump(jumpMs: DurationMs): void {
    const isFarBack = isAhead(-jumpMs, 0);
    this.#setup.note(jumpSentence(jumpMs, isFarBack));
    this.#clock.noteStep(jumpMs);
    if (isFarBack) void this.#orNote("going on after the clock was set back", this.#goOn());
  }

  /** Goes on by a clock that was set back: shards first, so that the aggregator finds them at its time. */
  async #goOn(): Promise<void> {
    const starts = await this.#startsOf(takeBackLease);
    for (const [i, rounds] of this.#rounds.entries()) {
      const start = starts[i];
      if (start !== undefined) rounds.moveTo(start);
    }
    this.#setup.onClocks?.(clocksOf(this.#setup.fleet, starts));
    await this.planNow({ force: false });
    await this.aggregateNow();
  }

  #startsOf(keep: KeepLease): Promise<ShardStart[]> {
    return startsOf(this.#setup.client, this.#setup.fleet, keep);
  }

  #startShard({ region, shard, firstAtMs, firstTermMs }: ShardStart): ProbeRounds {
    const worker = this.#setup.workers.regions.get(region);
    const plan = { firstAtMs, firstTermMs, count: this.#setup.termCount };
    return startRounds(plan, async () => {
      if (worker !== undefined) await this.#invoke(worker, "probe", { shard });
    });
  }

  #schedule(offsetMs: number, run: () => Promise<void>): void {
    this.#schedules.push(everyMinute(offsetMs, Date.now(), () => void run()));
  }

  #invoke(worker: FunctionWorker, name: FunctionName, event: object): Promise<boolean> {
    return this.#orNote(name, worker.invoke(name, event));
  }

  /** A failed invocation is reported, and the next one comes all the same. False if it failed. */
  async #orNote(what: string, run: Promise<unknown>): Promise<boolean> {
    const settled = run.then(
      () => true,
      (error: unknown) => {
        // What takes too long at the end is ended with its thread, and is no news.
        const isEnded = this.#isStopped && error instanceof ThreadEndedError;
        if (!isEnded) this.#setup.note(`${what} failed: ${firstLine(error)}`);
        return false;
      },
    );
    this.#underWay.add(settled);
    const isDone = await settled;
    this.#underWay.delete(settled);
    return isDone;
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n")[0] ?? "";
}
