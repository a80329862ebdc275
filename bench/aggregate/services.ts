import { openHomeStores, openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { AggregateServices } from "../../functions/aggregate/services/services.ts";
import { BundleCache } from "../../functions/bundle-cache.ts";
import type { PlanServices } from "../../functions/plan/plan.ts";
import { DEFAULT_ALERT_POLICY } from "../../shared/health/rules/rules.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { DAY_MS, type EpochMs } from "../../shared/units.ts";
import type { InstantDatabase } from "./instant-database.ts";

/** A fleet whose tables are in this process, at an instant of its own. */
export interface VirtualFleet {
  readonly fleet: Fleet;
  readonly database: InstantDatabase;
  readonly now: () => EpochMs;
}

const KEEP_MS = 30 * DAY_MS;

function homeOf({ fleet, database, now }: VirtualFleet) {
  const client = database.client(fleet.home);
  return openHomeStores({ client, fleet: fleet.name, keepMs: KEEP_MS, now, sleep: atOnce });
}

/** The stores of a region, with the real adapters. */
export function regionStoresOf({ fleet, database, now }: VirtualFleet, region: string) {
  const client = database.client(region);
  return openRegionStores({ client, fleet: fleet.name, region, keepMs: KEEP_MS, now });
}

/** What the aggregator works with; its events go nowhere. */
export function aggregateServicesOf(
  virtual: VirtualFleet,
  own: Pick<AggregateServices, "bus" | "announce" | "log">,
): AggregateServices {
  const { fleet, now } = virtual;
  const home = homeOf(virtual);
  const names = fleet.regions.map(({ name }) => name);
  return {
    fleet,
    now,
    ...own,
    alertDefaults: DEFAULT_ALERT_POLICY,
    sleep: atOnce,
    newHolder: () => "bench",
    regions: new Map(names.map((region) => [region, regionStoresOf(virtual, region)])),
    bundles: new BundleCache(),
    toldAside: new Set(),
    summaries: home.summaries,
    boards: home.boards,
    periods: home.periods,
    rollUp: home.rollUp,
    lock: home.lock,
    progress: home.progress,
    states: home.states,
    fleetRecord: home.fleetRecord,
    unquiet: home.unquiet,
    aloneFromMs: 0,
    hints: home.hints,
    settings: home.settings,
    history: home.history,
    invoker: null,
    logTurn: () => undefined,
  };
}

/** What the planner works with. */
export function planServicesOf(virtual: VirtualFleet): PlanServices {
  const { fleet, now } = virtual;
  const { tasks, settings, statuses } = homeOf(virtual);
  const plans = new Map(
    fleet.regions.map(({ name }) => [name, regionStoresOf(virtual, name).plans]),
  );
  return {
    fleet,
    resultDays: 30,
    alertDefaults: {},
    now,
    tasks,
    settings,
    statuses,
    plansOf: (region) => plans.get(region) ?? fail(region),
    bundles: new BundleCache(),
    bus: { publish: async () => ({ delivered: [], failed: [] }) },
    log: () => undefined,
  };
}

/** Nobody waits for anything here. */
async function atOnce(): Promise<void> {
  return undefined;
}

function fail(region: string): never {
  throw new RangeError(`Region ${region} is not in the scene`);
}
