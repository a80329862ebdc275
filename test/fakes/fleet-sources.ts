import type { FleetSources } from "../../functions/history/history.ts";
import type { TaskRecord } from "../../functions/ports/state-store.ts";
import { type Bundle, draftPlan, type Fleet, shardOf } from "../../shared/plan/plan.ts";
import type { ProbeResult } from "../../shared/result/result.ts";
import type { Task } from "../../shared/task/task.ts";
import { DAY_MS, type EpochMs, type RegionName } from "../../shared/units.ts";
import {
  FakeBoardStore,
  FakeFleetRecordStore,
  FakeHistoryStore,
  FakePeriodStore,
  FakeProgressStore,
  FakeStateStore,
  FakeSummaryStore,
} from "./home-stores.ts";
import { QUIET_NOTES } from "./results.ts";
import { FakeChunkStore, FakeLeaseStore, FakePlanStore } from "./stores.ts";
import { FakeAlertingStore, FakeTaskStatusStore, FakeTaskStore } from "./task-stores.ts";

/** A check as it is stored, of a task by its name. */
export type StoredCheck = Omit<ProbeResult, "taskIndex"> & { readonly task: string };

/** A fleet in memory, whose tasks are stored and planned. */
export class FakeFleet {
  readonly nowMs: EpochMs;
  readonly fleet: Fleet;
  readonly tasks = new FakeTaskStore();
  readonly statuses = new FakeTaskStatusStore();
  readonly states = new FakeStateStore();
  readonly fleetRecord = new FakeFleetRecordStore();
  readonly progress = new FakeProgressStore();
  readonly settings = new FakeAlertingStore();
  readonly alerts = new FakeHistoryStore();
  readonly summaries = new FakeSummaryStore();
  readonly boards = new FakeBoardStore();
  readonly periods = new FakePeriodStore();
  readonly regions;
  #parts = 0;
  #bundles = new Map<string, { readonly hash: string; readonly bundle: Bundle }>();

  constructor(names: readonly RegionName[], nowMs: EpochMs) {
    this.nowMs = nowMs;
    const regions = names.map((name) => ({ name, shards: 1, vpc: false, ipv6: false }));
    this.fleet = { name: "test", home: names[0] ?? "", regions };
    this.regions = names.map((region) => ({
      region,
      shards: 1,
      plans: new FakePlanStore(() => nowMs),
      leases: new FakeLeaseStore(),
      chunks: new FakeChunkStore(),
    }));
  }

  get sources(): FleetSources {
    return this;
  }

  async plan(tasks: readonly Task[]): Promise<void> {
    await this.tasks.putTasks(tasks);
    for (const { manifest, bundles } of draftPlan(this.fleet, tasks, this.nowMs)) {
      const source = this.#sourceOf(manifest.region);
      for (const [hash, bundle] of bundles) {
        await source.plans.writeBundle(hash, bundle, this.nowMs + DAY_MS);
        for (const { name } of bundle.tasks) {
          this.#bundles.set(`${manifest.region} ${name}`, { hash, bundle });
        }
      }
      await source.plans.writeManifest(manifest);
    }
  }

  async check(region: RegionName, termFromMs: EpochMs, checks: readonly StoredCheck[]) {
    for (const { task: name, ...result } of checks) {
      const planned = this.#bundles.get(`${region} ${name}`);
      if (planned === undefined) throw new Error(`${name} is not planned in ${region}`);
      const taskIndex = planned.bundle.tasks.findIndex((task) => task.name === name);
      await this.#sourceOf(region).chunks.putChunk({
        ...{ bundle: planned.hash, termFromMs, notes: QUIET_NOTES },
        results: [{ ...result, taskIndex }],
        shard: shardOf(name, 1),
        part: this.#parts++,
      });
    }
  }

  async remember(record: Omit<TaskRecord, "version" | "pending" | "unrecorded" | "goneSinceMs">) {
    const rest = { version: 1, pending: [], unrecorded: [], goneSinceMs: null };
    await this.states.putRecord({ ...record, ...rest });
  }

  /** Makes a region's results unreadable. */
  lose(region: RegionName, cause: Error): void {
    this.#sourceOf(region).chunks.readChunks = () => Promise.reject(cause);
  }

  #sourceOf(region: RegionName) {
    const source = this.regions.find((one) => one.region === region);
    if (source === undefined) throw new Error(`no region ${region}`);
    return source;
  }
}
