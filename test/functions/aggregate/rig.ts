import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers/promises";
import { aggregateWindows } from "../../../functions/aggregate/aggregate.ts";
import { lookNow } from "../../../functions/aggregate/look.ts";
import type {
  AggregateServices,
  RegionTurn,
  RunLog,
} from "../../../functions/aggregate/services/services.ts";
import { BundleCache } from "../../../functions/bundle-cache.ts";
import type { ChunkStore, StoredChunk } from "../../../functions/ports/chunk-store.ts";
import type {
  FunctionInvoker,
  InvocationTarget,
} from "../../../functions/ports/function-invoker.ts";
import type { LeaseStore } from "../../../functions/ports/lease-store.ts";
import type { PlanStore } from "../../../functions/ports/plan-store.ts";
import { DEFAULT_ALERT_POLICY } from "../../../shared/health/rules/rules.ts";
import { type Bundle, draftPlan, type Fleet, wholeBundle } from "../../../shared/plan/plan.ts";
import type { ProbeResult } from "../../../shared/result/result.ts";
import { type Interval, nextLease, slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Summary } from "../../../shared/summary/summary.ts";
import type { Task } from "../../../shared/task/task.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, type RegionName } from "../../../shared/units.ts";
import {
  FakeBoardStore,
  FakeFleetRecordStore,
  FakeHintStore,
  FakeHistoryStore,
  FakePeriodStore,
  FakeProgressStore,
  FakeRollUpStore,
  FakeRunLock,
  FakeStateStore,
  FakeSummaryStore,
  FakeUnquietStore,
} from "../../fakes/home-stores.ts";
import { aFailure, aResult, QUIET_NOTES } from "../../fakes/results.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "../../fakes/stores.ts";
import { FakeAlertingStore, FakeEventBus } from "../../fakes/task-stores.ts";

/** 2026-01-05T12:00:00Z */
export const NOON = Date.UTC(2026, 0, 5, 12);

/** Minutes after noon. */
export function minute(count: number): EpochMs {
  return NOON + count * MINUTE_MS;
}

/** How a check ends: an outcome, or the connect time of an open port in milliseconds; null if it is not made. */
export type Ending = number | "refused" | "timeout" | "internal" | "unsupported" | null;

export type World = (task: Task, region: RegionName, slotAtMs: EpochMs) => Ending;

export const ALL_FINE: World = () => 10;

/** The store, with a hook that runs before each call of one method. */
export function hooked<Store extends object>(
  store: Store,
  method: keyof Store,
  hook: () => void,
): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (name === method) hook();
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** Takes every invocation and runs none. */
class FakeInvoker implements FunctionInvoker {
  readonly taken: { readonly region: RegionName; readonly event: object }[] = [];

  async invoke({ region, function: name }: InvocationTarget, event: object): Promise<"accepted"> {
    assert.equal(name, "probe", "aggregate asks probes only");
    this.taken.push({ region, event });
    return "accepted";
  }
}

/** What a region's probes and the aggregator share. */
export interface RegionRig {
  readonly plans: PlanStore;
  readonly leases: LeaseStore;
  readonly chunks: ChunkStore;
}

function fakeRegion(_name: RegionName, now: () => EpochMs): RegionRig {
  const chunks = new FakeChunkStore();
  return { plans: new FakePlanStore(now), leases: new FakeLeaseStore(), chunks };
}

/** A fleet in memory, whose probes find every target as the test's `world` says. */
export class Rig {
  nowMs: EpochMs = NOON;
  world: World = ALL_FINE;
  /** What checks notice and measure beside their ending. */
  noted: (...of: Parameters<World>) => Partial<ProbeResult> = () => ({});
  /** Regions whose probes know one bundle only, without the tasks that have needs. */
  regionsOfYesterday: ReadonlySet<RegionName> = new Set();
  readonly fleet: Fleet;
  readonly regions: ReadonlyMap<RegionName, RegionRig>;
  readonly summaries = new FakeSummaryStore();
  readonly boards = new FakeBoardStore();
  readonly periods = new FakePeriodStore();
  readonly rollUp = new FakeRollUpStore();
  readonly lock = new FakeRunLock();
  readonly progress = new FakeProgressStore();
  readonly states = new FakeStateStore();
  readonly fleetRecord = new FakeFleetRecordStore();
  readonly history = new FakeHistoryStore();
  readonly unquiet = new FakeUnquietStore();
  readonly hints = new FakeHintStore(() => this.nowMs);
  readonly settings = new FakeAlertingStore(() => this.nowMs);
  readonly bus = new FakeEventBus();
  readonly invoker = new FakeInvoker();
  readonly announced: Summary[] = [];
  readonly lines: RunLog[] = [];
  readonly turns: RegionTurn[] = [];
  #runs = 0;

  constructor(names: readonly RegionName[] = ["eu", "us"], shards = 1, openRegion = fakeRegion) {
    const regions = names.map((name) => ({ name, shards, vpc: false, ipv6: false }));
    this.fleet = { name: "test", home: names[0] ?? "eu", regions };
    this.regions = new Map(names.map((name) => [name, openRegion(name, () => this.nowMs)]));
  }

  region(name: RegionName): RegionRig {
    const region = this.regions.get(name);
    if (region === undefined) throw new Error(`no region ${name}`);
    return region;
  }

  async plan(tasks: readonly Task[]): Promise<void> {
    for (const { manifest, bundles } of draftPlan(this.fleet, tasks, this.nowMs)) {
      const { plans } = this.region(manifest.region);
      for (const [hash, bundle] of bundles) {
        await plans.writeBundle(hash, bundle, this.nowMs + 40 * DAY_MS);
      }
      await plans.writeManifest(manifest);
    }
  }

  /** Every shard of a region claims the minute from `atMs`; returns the chunks, which are not stored. */
  async claim(name: RegionName, atMs: EpochMs): Promise<StoredChunk[]> {
    const { plans, leases } = this.region(name);
    const manifest = await plans.readManifest();
    const chunks: StoredChunk[] = [];
    for (const plan of manifest?.shards ?? []) {
      const { shard } = plan;
      const hash = this.regionsOfYesterday.has(name) ? plan.bundle : wholeBundle(plan);
      const stored = await leases.readLease(shard);
      // As a probe begins a new lease when it can't read the one that is stored.
      const held = stored !== null && "damage" in stored ? null : stored;
      const stagger = manifest?.staggerPermille ?? 0;
      const decision = nextLease(held, atMs, { bundle: hash, staggerPermille: stagger });
      if (decision.kind === "duplicate") continue;
      await leases.moveLease(shard, stored, decision.lease);
      const bundle = (await plans.readBundle(hash)) ?? { tasks: [] };
      const results = this.#check(name, bundle, { ...decision.term, stagger });
      chunks.push(...inParts(results, { shard, bundle: hash, termFromMs: decision.term.fromMs }));
    }
    return chunks;
  }

  async store(name: RegionName, chunks: readonly StoredChunk[]): Promise<void> {
    for (const chunk of chunks) await this.region(name).chunks.putChunk(chunk);
  }

  /** Lets minutes pass: in each, every region probes and then the aggregator runs. */
  async live(minutes: number, regions = [...this.regions.keys()]): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      await this.probe(regions);
      await this.run();
      this.nowMs += MINUTE_MS;
    }
  }

  /** Every region named probes in the minute that begins now. */
  async probe(regions = [...this.regions.keys()]): Promise<void> {
    for (const name of regions) await this.store(name, await this.claim(name, this.nowMs));
  }

  /** The fleet's first run, after which summaries begin at noon. */
  async begin(): Promise<void> {
    this.nowMs = minute(-1);
    await this.run();
    this.nowMs = NOON;
  }

  /** One run, 25 seconds into the minute. */
  async run(different: Partial<AggregateServices> = {}): Promise<void> {
    await aggregateWindows(this.services(different));
  }

  /** One look, because a probe hinted. */
  async look(different: Partial<AggregateServices> = {}): Promise<void> {
    const hint = { region: this.fleet.home, shard: 0, atMs: this.nowMs };
    await lookNow(this.services(different), hint);
  }

  /** As a new process has it. */
  services(different: Partial<AggregateServices> = {}): AggregateServices {
    return {
      fleet: this.fleet,
      alertDefaults: DEFAULT_ALERT_POLICY,
      now: () => this.nowMs + 25_000,
      // Takes no time, but ends after all that the fakes do at once.
      sleep: async () => setImmediate(),
      newHolder: () => `run ${++this.#runs}`,
      regions: this.regions,
      bundles: new BundleCache(),
      toldAside: new Set(),
      summaries: this.summaries,
      boards: this.boards,
      periods: this.periods,
      rollUp: this.rollUp,
      lock: this.lock,
      progress: this.progress,
      states: this.states,
      fleetRecord: this.fleetRecord,
      unquiet: this.unquiet,
      aloneFromMs: 0,
      // However few tasks a test has, its looks are those of a large fleet.
      leastRecords: 0,
      hints: this.hints,
      history: this.history,
      settings: this.settings,
      bus: this.bus,
      invoker: this.invoker,
      announce: (summary) => this.announced.push(summary),
      log: (line) => this.lines.push(line),
      logTurn: (turn) => this.turns.push(turn),
      ...different,
    };
  }

  /** What was published about tasks, each event once, in order. */
  get events(): string[] {
    const byId = new Map(this.bus.published.map((event) => [event.id, event.detail]));
    return [...byId.values()].flatMap((detail) => storyOf(detail) ?? []);
  }

  get metrics(): Readonly<Record<string, number>> {
    return this.lines.at(-1)?.metrics ?? {};
  }

  summaryOf(taskName: string, startMs: EpochMs): Summary | undefined {
    return this.summaries.all.find(
      (summary) => summary.taskName === taskName && summary.periodStartMs === startMs,
    );
  }

  #check(
    region: RegionName,
    { tasks }: Bundle,
    term: Interval & { stagger: number },
  ): ProbeResult[] {
    return tasks.flatMap((task, taskIndex) =>
      slotsOfTerm(task, { staggerPermille: term.stagger }, term).flatMap((slotAtMs) => {
        const ending = this.world(task, region, slotAtMs);
        if (ending === null) return [];
        const noted = this.noted(task, region, slotAtMs);
        const base = { taskIndex, slotAtMs, expect: task.expect, ...noted };
        if (typeof ending === "number") return aResult({ ...base, connectTimeMs: ending });
        return aFailure({ ...base, outcome: ending });
      }),
    );
  }
}

/** A chunk for every quarter of the lease term that has results. */
function inParts(
  results: readonly ProbeResult[],
  place: Pick<StoredChunk, "shard" | "bundle" | "termFromMs">,
): StoredChunk[] {
  return [0, 1, 2, 3].flatMap((part) => {
    const own = results.filter(
      ({ slotAtMs }) => Math.floor((slotAtMs - place.termFromMs) / 15_000) === part,
    );
    return own.length === 0 ? [] : { ...place, part, notes: QUIET_NOTES, results: own };
  });
}

function storyOf(detail: object): string | null {
  const { task_name, previous_state, state, advisory, region, reason, severity } = detail as Record<
    string,
    string
  >;
  if (reason === "set_aside") return `${task_name}: set aside`;
  if (task_name === undefined) return null;
  if (previous_state === undefined && severity === "info") return `${task_name}: certificate`;
  if (advisory !== undefined) return `${task_name}: ${region} ${advisory}`;
  return `${task_name}: ${previous_state} to ${state}`;
}
