import { type Interval, overlap } from "../../../shared/slot/slot.ts";
import type { AggregateServices } from "../services/services.ts";
import { type FleetView, readWholeBundle } from "../window/window.ts";

/**
 * The tasks that may have minutes in an interval, also those that no plan has any more: what is
 * planned, what leases say was run (they keep a day), and what is remembered of tasks.
 */
export async function tasksIn(
  services: AggregateServices,
  fleet: FleetView,
  known: { readonly remembered: Iterable<string>; readonly interval: Interval },
): Promise<Set<string>> {
  const names = new Set(known.remembered);
  for (const { stores, shards } of fleet.regions) {
    for (const shard of shards) {
      for (const name of shard.planned?.keys() ?? []) names.add(name);
      for (const hash of bundlesRun(shard, known.interval)) {
        const bundle = await readWholeBundle(services, hash, stores);
        for (const { name } of bundle?.tasks ?? []) names.add(name);
      }
    }
  }
  return names;
}

type Shard = FleetView["regions"][number]["shards"][number];

function bundlesRun({ lease }: Shard, interval: Interval): Set<string> {
  const ran = lease?.runs.filter((run) => overlap(run, interval) !== null) ?? [];
  return new Set(ran.map(({ bundle }) => bundle));
}
