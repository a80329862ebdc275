import { openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { hash32 } from "../../shared/hash.ts";
import { draftPlan, type Fleet, type RegionDraft } from "../../shared/plan/plan.ts";
import { type Interval, LEASE_TERM_MS } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { InstantDatabase } from "./instant-database.ts";
import { FIRST_WINDOW_MS, flushesOf, resultsOf } from "./make-results.ts";

/** A fleet whose probes have done their work for some minutes. */
export interface Scene {
  readonly taskCount: number;
  readonly regionCount: number;
  readonly scheduleSeconds: number;
}

/** One cold, the rest warm. */
export const WINDOW_COUNT = 5;

/** As the design has it. */
const TASKS_A_SHARD = 1_000;

const REGIONS = [
  "eu-west-1",
  "us-east-1",
  "ap-southeast-2",
  "us-west-2",
  "ap-northeast-1",
  "eu-central-1",
  "sa-east-1",
  "ap-south-1",
  "ca-central-1",
  "eu-north-1",
];

const QUIET = { coldStart: false, stallCount: 0, remeasuredCount: 0, pacingDebtMs: 0 };

export function fleetOf({ taskCount, regionCount }: Scene): Fleet {
  const shards = Math.max(1, Math.ceil(taskCount / TASKS_A_SHARD));
  const names = REGIONS.slice(0, regionCount);
  return {
    name: "bench",
    home: names[0] ?? "",
    regions: names.map((name) => ({ name, shards, vpc: false, ipv6: false })),
  };
}

export function tasksOf({ taskCount, scheduleSeconds }: Scene): Task[] {
  return Array.from({ length: taskCount }, (_, i) => {
    const hostname = `service-${i}.example.com`;
    return {
      name: `Service ${i} of customer ${i % 97}`,
      target: { hostname, port: 443 },
      host: `${hostname}:443`,
      scheduleMs: scheduleSeconds * SECOND_MS,
      timeoutMs: 5 * SECOND_MS,
      targetId: `customer-${i % 97}`,
      enabled: true,
      regions: "all",
      expect: "open",
      addressFamily: "any",
      alert: {},
      tags: {},
    };
  });
}

/** Plans, leases and chunks of the fleet, written through the real stores. */
export async function makeFleet(scene: Scene): Promise<InstantDatabase> {
  const database = new InstantDatabase();
  const fleet = fleetOf(scene);
  for (const draft of draftPlan(fleet, tasksOf(scene), FIRST_WINDOW_MS - MINUTE_MS)) {
    await storeRegion(database, fleet.name, draft);
  }
  return database;
}

async function storeRegion(database: InstantDatabase, fleet: string, draft: RegionDraft) {
  const { region, shards, staggerPermille } = draft.manifest;
  const client = database.client(region);
  const now = () => FIRST_WINDOW_MS;
  const { plans, leases, chunks } = openRegionStores({ client, fleet, region, now });
  for (const [hash, bundle] of draft.bundles) {
    await plans.writeBundle(hash, bundle, FIRST_WINDOW_MS + 30 * DAY_MS);
  }
  await plans.writeManifest(draft.manifest);
  for (const { shard, bundle: hash } of shards) {
    const bundle = draft.bundles.get(hash) ?? { tasks: [] };
    const run = { ...runOf(region, shard), bundle: hash, staggerPermille };
    await leases.moveLease(shard, null, { claimedToMs: run.toMs, runs: [run] });
    for (let fromMs = run.fromMs; fromMs < run.toMs; fromMs += LEASE_TERM_MS) {
      const results = resultsOf(region, bundle, { fromMs, staggerPermille });
      const place = { shard, bundle: hash, termFromMs: fromMs, notes: QUIET };
      for (const [part, flush] of flushesOf(results, fromMs + LEASE_TERM_MS).entries()) {
        await chunks.putChunk({ ...place, part, results: flush.results });
      }
    }
  }
}

/** Every shard was set off at a second of its own. */
function runOf(region: string, shard: number): Interval {
  const offsetMs = (hash32(`${region} ${shard}`) % 60) * SECOND_MS;
  const fromMs = FIRST_WINDOW_MS - MINUTE_MS + offsetMs;
  return { fromMs, toMs: fromMs + (WINDOW_COUNT + 1) * MINUTE_MS };
}
