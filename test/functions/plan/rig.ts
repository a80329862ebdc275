import { BundleCache } from "../../../functions/bundle-cache.ts";
import { planFleet } from "../../../functions/plan/plan.ts";
import type { PlanServices, RunLog } from "../../../functions/plan/services.ts";
import {
  type Bundle,
  type Fleet,
  type FleetRegion,
  wholeBundle,
} from "../../../shared/plan/plan.ts";
import type { EpochMs, RegionName } from "../../../shared/units.ts";
import { FakePlanStore } from "../../fakes/stores.ts";
import {
  FakeAlertingStore,
  FakeEventBus,
  FakeTaskStatusStore,
  FakeTaskStore,
} from "../../fakes/task-stores.ts";

export const START_MS = Date.UTC(2026, 0, 1, 12, 0, 20);

export function aRegion(name: RegionName, different: Partial<FleetRegion> = {}): FleetRegion {
  return { name, shards: 2, vpc: false, ipv6: false, ...different };
}

export function aFleet(...regions: readonly FleetRegion[]): Fleet {
  return { name: "test", home: "eu-west-1", regions };
}

/** A valid item, as its owner writes it. */
export function anItem(name: string, different: Readonly<Record<string, unknown>> = {}) {
  return { name, host: "192.0.2.1:22", schedule_seconds: 30, ...different };
}

/** A fleet in memory. */
export class Rig {
  fleet: Fleet;
  nowMs: EpochMs = START_MS;
  readonly tasks = new FakeTaskStore();
  readonly settings = new FakeAlertingStore(() => this.nowMs);
  readonly statuses = new FakeTaskStatusStore();
  readonly bus = new FakeEventBus();
  readonly lines: RunLog[] = [];
  readonly #plans = new Map<RegionName, FakePlanStore>();

  constructor(fleet: Fleet = aFleet(aRegion("eu-west-1"), aRegion("us-east-1"))) {
    this.fleet = fleet;
  }

  put(...items: readonly { readonly name: string; readonly [field: string]: unknown }[]): void {
    for (const item of items) this.tasks.putFields(item);
  }

  plansOf = (region: RegionName): FakePlanStore => {
    const plans = this.#plans.get(region) ?? new FakePlanStore(() => this.nowMs);
    this.#plans.set(region, plans);
    return plans;
  };

  /** As a new process has it. */
  services(different: Partial<PlanServices> = {}): PlanServices {
    return {
      fleet: this.fleet,
      resultDays: 30,
      alertDefaults: {},
      now: () => this.nowMs,
      tasks: this.tasks,
      settings: this.settings,
      statuses: this.statuses,
      plansOf: this.plansOf,
      bundles: new BundleCache(),
      bus: this.bus,
      log: (line) => this.lines.push(line),
      ...different,
    };
  }

  /** One run, and then a minute passes. */
  async plan({ force = false, ...different }: Partial<PlanServices> & { force?: boolean } = {}) {
    try {
      await planFleet(this.services(different), { force });
    } finally {
      this.nowMs += 60_000;
    }
  }

  async bundlesOf(region: RegionName): Promise<Bundle[]> {
    const manifest = await this.plansOf(region).readManifest();
    const hashes = manifest?.shards.map(wholeBundle) ?? [];
    const bundles = await Promise.all(hashes.map((hash) => this.plansOf(region).readBundle(hash)));
    return bundles.filter((bundle) => bundle !== null);
  }

  /** What runs in a region: the host of each task by its name. */
  async hostsIn(region: RegionName): Promise<Record<string, string>> {
    const tasks = (await this.bundlesOf(region)).flatMap((bundle) => bundle.tasks);
    return Object.fromEntries(tasks.map(({ name, host }) => [name, host]).sort());
  }

  async statusOf(name: string) {
    const { records } = await this.statuses.readStatuses();
    return records.find((record) => record.name === name) ?? null;
  }

  /** The metrics of the last run. */
  get metrics(): Readonly<Record<string, number>> {
    return this.lines.at(-1)?.metrics ?? {};
  }
}
