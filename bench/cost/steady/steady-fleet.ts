import { openHomeStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { aggregateWindows } from "../../../functions/aggregate/aggregate.ts";
import type { AggregateServices } from "../../../functions/aggregate/services/services.ts";
import { type PlanServices, planFleet } from "../../../functions/plan/plan.ts";
import { hash32 } from "../../../shared/hash.ts";
import { type Bundle, type Fleet, wholeBundle } from "../../../shared/plan/plan.ts";
import { nextLease, timetableOf } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { InstantDatabase, type WireExchange } from "../../aggregate/instant-database.ts";
import { flushesOf } from "../../aggregate/make-results.ts";
import {
  aggregateServicesOf,
  planServicesOf,
  regionStoresOf,
  type VirtualFleet,
} from "../../aggregate/services.ts";
import { steadyResults } from "./steady-results.ts";

const QUIET = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };

/** When in a minute the planner and the aggregator are set off; probes at seconds of their own. */
const PLAN_MS = 2 * SECOND_MS;
const PROBES_FROM_SECONDS = 3;
const PROBES_SECONDS = 12;
const AGGREGATE_MS = 21 * SECOND_MS;

interface Action {
  readonly atMs: EpochMs;
  readonly run: () => Promise<void>;
}

/**
 * A fleet in virtual time: its planner and its aggregator are the real ones, its probes move their
 * leases and store what they would find through the real adapters, and only the time goes by itself.
 */
export class SteadyFleet {
  readonly #fleet: Fleet;
  readonly #virtual: VirtualFleet;
  readonly #aggregate: AggregateServices;
  readonly #plan: PlanServices;
  readonly #bundles = new Map<string, Bundle>();
  #actions: Action[] = [];
  #nowMs: EpochMs;
  /** Events that were told; a steady fleet tells none but heartbeats. */
  readonly events: string[] = [];
  windowCount = 0;
  checkCount = 0;

  constructor(fleet: Fleet, fromMs: EpochMs, heard: (exchange: WireExchange) => void) {
    this.#fleet = fleet;
    this.#nowMs = fromMs;
    this.#virtual = { fleet, database: new InstantDatabase(heard), now: () => this.#nowMs };
    this.#aggregate = aggregateServicesOf(this.#virtual, {
      bus: {
        publish: async (events) => {
          this.events.push(...events.map(({ detailType }) => detailType));
          return { delivered: events.map(({ id }) => id), failed: [] };
        },
      },
      announce: () => undefined,
      log: ({ metrics }) => {
        this.windowCount += metrics.Windows ?? 0;
      },
    });
    this.#plan = planServicesOf(this.#virtual);
  }

  async putTasks(tasks: readonly Task[]): Promise<void> {
    const client = this.#virtual.database.client(this.#fleet.home);
    await openHomeStores({ client, fleet: this.#fleet.name }).tasks.putTasks(tasks);
  }

  /** Everything that happens in the minute that begins now. */
  async playMinute(): Promise<void> {
    const fromMs = this.#nowMs;
    this.#at(fromMs + PLAN_MS, () => planFleet(this.#plan, { force: false }));
    for (const { name, shards } of this.#fleet.regions)
      for (let shard = 0; shard < shards; shard++)
        this.#at(fromMs + offsetOf(name, shard), () => this.#probe(name, shard));
    this.#at(fromMs + AGGREGATE_MS, () => aggregateWindows(this.#aggregate));
    await this.#runUntil(fromMs + MINUTE_MS);
  }

  #at(atMs: EpochMs, run: () => Promise<void>): void {
    this.#actions.push({ atMs, run });
  }

  async #runUntil(endMs: EpochMs): Promise<void> {
    for (;;) {
      const next = this.#actions.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs >= endMs) break;
      this.#actions = this.#actions.filter((action) => action !== next);
      this.#nowMs = next.atMs;
      await next.run();
    }
    this.#nowMs = endMs;
  }

  /** A shard's invocation: it acquires a term, and what it finds is stored when it would be. */
  async #probe(region: string, shard: number): Promise<void> {
    const { plans, leases, chunks } = regionStoresOf(this.#virtual, region);
    const [manifest, held] = await Promise.all([plans.readManifest(), leases.readLease(shard)]);
    const entry = manifest?.shards.find((one) => one.shard === shard);
    if (entry === undefined || manifest === null) throw new Error(`${region} has no plan`);
    if (held !== null && "damage" in held) throw new Error(held.damage);
    const hash = wholeBundle(entry);
    const bundle = this.#bundles.get(hash) ?? (await plans.readBundle(hash));
    if (bundle === null) throw new Error(`${region} has no bundle`);
    this.#bundles.set(hash, bundle);
    const timetable = timetableOf({ ...entry, staggerPermille: manifest.staggerPermille });
    const decision = nextLease(held, this.#nowMs, { bundle: hash, ...timetable });
    if (decision.kind === "duplicate") throw new Error(`${region} was set off twice`);
    await leases.moveLease(shard, held, decision.lease);
    const { term } = decision;
    const results = steadyResults(region, bundle, { term, timetable });
    this.checkCount += results.length;
    const plan = { tasks: bundle.tasks, timetable };
    const place = {
      ...{ shard, bundle: hash, termFromMs: term.fromMs, notes: QUIET },
      ...(manifest.plannedSlots && { plan }),
    };
    for (const [part, flush] of flushesOf(results, term.toMs).entries())
      this.#at(flush.atMs, () => chunks.putChunk({ ...place, part, results: flush.results }));
  }
}

function offsetOf(region: string, shard: number): number {
  return (PROBES_FROM_SECONDS + (hash32(`${region} ${shard}`) % PROBES_SECONDS)) * SECOND_MS;
}
