import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import { functionEnvironment, type LocalEndpoints } from "./function-environment.ts";
import type { FunctionName } from "./function-host.ts";
import { FunctionWorker, type FunctionWorkerSetup } from "./function-worker.ts";

/** The fleet's functions: a thread for home, and one for the probes of each region. */
export interface FleetWorkers {
  readonly home: FunctionWorker;
  readonly regions: ReadonlyMap<RegionName, FunctionWorker>;
  close(): Promise<void>;
}

export type WorkerHooks = Pick<FunctionWorkerSetup, "onAnnounced" | "onOutput" | "warn">;

/** Starts all threads at once; resolves when every handler is loaded. */
export async function startFleetWorkers(
  fleet: Fleet,
  endpoints: LocalEndpoints,
  hooks: WorkerHooks,
): Promise<FleetWorkers> {
  const start = (label: string, region: RegionName, names: readonly FunctionName[]) =>
    FunctionWorker.start({
      label,
      names,
      env: functionEnvironment(fleet, region, endpoints),
      ...hooks,
    });
  const [home, ...probes] = await Promise.all([
    start("The thread of plan and aggregate", fleet.home, ["plan", "aggregate"]),
    ...fleet.regions.map(({ name }) => start(`The probe thread of ${name}`, name, ["probe"])),
  ]);
  const regions = new Map(fleet.regions.flatMap(({ name }, i) => entryOf(name, probes[i])));
  return {
    home,
    regions,
    close: async () => {
      await Promise.all([home, ...probes].map((worker) => worker.close()));
    },
  };
}

function entryOf<K, V>(key: K, value: V | undefined): [K, V][] {
  return value === undefined ? [] : [[key, value]];
}
