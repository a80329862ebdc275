import { deriveId } from "../../shared/hash.ts";
import { nextAsk } from "../../shared/health/health.ts";
import { printCheckRequest } from "../../shared/request/request.ts";
import type { Task } from "../../shared/task/task.ts";
import type { EpochMs, RegionName } from "../../shared/units.ts";
import { inParallel } from "../in-parallel.ts";
import { stateOf, storeRecord, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";
import type { FleetView } from "./window/window.ts";

/** A shard is asked for no more checks at once; the other tasks are asked for a minute later. */
const MOST_NAMES = 500;

const PARALLEL_WRITES = 16;
const PARALLEL_REQUESTS = 32;

/** A task and the shard of each region that runs it. */
interface AskedTask {
  readonly task: Task;
  readonly shards: Map<RegionName, number>;
}

/** What one shard is asked to check. */
interface ShardRequest {
  readonly region: RegionName;
  readonly shard: number;
  readonly taskNames: string[];
}

/**
 * Asks the regions, but not agents, which no function can reach, for second opinions on slow tasks that are in doubt or down, in one request a
 * shard. Nothing waits for the checks: they come as results do, with a hint if they fail. Returns the
 * number of requests.
 */
export async function askProbes(
  services: AggregateServices,
  memory: TaskMemory,
  /** Nothing is begun at or after `untilMs`. */
  { fleet, untilMs }: { readonly fleet: FleetView; readonly untilMs: EpochMs },
): Promise<number> {
  const { invoker, now, states } = services;
  const nowMs = now();
  if (invoker === null || nowMs >= untilMs) return 0;
  const { requests, records } = draftRequests(reachable(services, fleet), memory, nowMs);
  // Stored first: what is sent and not counted could be sent for ever.
  await inParallel(records, PARALLEL_WRITES, (record) => storeRecord(states, memory, record));
  await inParallel(requests, PARALLEL_REQUESTS, async ({ region, shard, taskNames }) => {
    if (now() >= untilMs) return;
    const id = deriveId(services.fleet.name, region, shard, nowMs);
    const event = printCheckRequest({ id, shard, taskNames, atMs: nowMs });
    await invoker.invoke({ region, function: "probe" }, event);
  });
  return requests.length;
}

function reachable({ fleet }: AggregateServices, { regions }: FleetView): FleetView["regions"] {
  const agents = new Set(fleet.regions.filter(({ agent }) => agent).map(({ name }) => name));
  return regions.filter(({ name }) => !agents.has(name));
}

function draftRequests(regions: FleetView["regions"], memory: TaskMemory, nowMs: EpochMs) {
  const requests = new Map<string, ShardRequest>();
  const requestOf = (region: RegionName, shard: number): ShardRequest => {
    const key = `${shard} ${region}`;
    const request = requests.get(key) ?? { region, shard, taskNames: [] };
    requests.set(key, request);
    return request;
  };
  const records = [...rememberedTasks(regions, memory)].flatMap(([name, { task, shards }]) => {
    const state = stateOf(memory, name);
    const moment = { nowMs, scheduleMs: task.scheduleMs, regions: [...shards.keys()].sort() };
    const ask = nextAsk(state, moment);
    const record = memory.records.get(name);
    if (ask === null || record === undefined) return [];
    const wanted = ask.regions.map((region) => requestOf(region, shards.get(region) ?? 0));
    if (wanted.some(({ taskNames }) => taskNames.length >= MOST_NAMES)) return [];
    for (const { taskNames } of wanted) taskNames.push(name);
    return { ...record, state: { ...state, asks: ask.asks } };
  });
  const filled = [...requests.values()].filter(({ taskNames }) => taskNames.length > 0);
  return { requests: filled, records };
}

/** Only of those is anything known that could be in doubt. */
function rememberedTasks(
  regions: FleetView["regions"],
  { records }: TaskMemory,
): Map<string, AskedTask> {
  const asked = new Map<string, AskedTask>();
  for (const { name: region, shards } of regions) {
    for (const { shard, planned } of shards) {
      for (const [name, task] of planned ?? []) {
        if (!records.has(name)) continue;
        const known = asked.get(name) ?? { task, shards: new Map() };
        known.shards.set(region, shard);
        asked.set(name, known);
      }
    }
  }
  return asked;
}
