import { sumOf } from "../sum-of.ts";
import type { RateLimit, Task } from "../task/task.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../units.ts";
import { type Bucket, shareOf, USUAL_RATE_LIMIT } from "./rate-limit.ts";

/** The tasks of one shard in one region. */
export type Place = readonly Pick<Task, "target" | "scheduleMs" | "rateLimit">[];

/** A host of which more is asked than its limit allows. */
export interface CrowdedHost {
  readonly hostname: string;
  readonly taskCount: number;
  /** Shards of regions that check it. */
  readonly placeCount: number;
  readonly limit: Bucket;
}

/** A check of a minute's task starts within ten seconds, and waits for a token for five at most. */
const BURST_SECONDS = 15;

/** How many places check each host. */
export function countPlaces(places: readonly Place[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const place of places) {
    for (const hostname of new Set(place.map(({ target }) => target.hostname)))
      counts.set(hostname, (counts.get(hostname) ?? 0) + 1);
  }
  return counts;
}

/**
 * By host, in how many places it is checked: only the hosts of this place of which it checks so much
 * that its share of the limit can bind. For all others it makes no difference.
 */
export function crowdedIn(
  place: Place,
  counts: ReadonlyMap<string, number>,
  usual: RateLimit = USUAL_RATE_LIMIT,
): Record<string, number> {
  const crowded: Record<string, number> = {};
  for (const [hostname, tasks] of byHost(place)) {
    const placeCount = counts.get(hostname) ?? 1;
    const limit = strictestOf(tasks, usual);
    if (limit === null) continue;
    const { bucketSize, refillRate } = shareOf(limit, placeCount);
    if (tasks.length > bucketSize || ratePerSecond(tasks) > refillRate)
      crowded[hostname] = placeCount;
  }
  return crowded;
}

/**
 * Over how much time the checks of a place must be spread that come together, so that none waits for a
 * token of its host. Which names share an address is not known here: their checks may wait for that.
 */
export function leastSpreadMs(
  place: Place,
  counts: ReadonlyMap<string, number> = new Map(),
  usual: RateLimit = USUAL_RATE_LIMIT,
): DurationMs {
  const ofHosts = [...byHost(place)].map(([hostname, tasks]) =>
    secondsFor(tasks, usual, counts.get(hostname)),
  );
  return Math.max(0, ...ofHosts) * SECOND_MS;
}

/** Until a bucket that was full has given a token to each task that is due in an average minute. */
function secondsFor(tasks: Place, usual: RateLimit, placeCount = 1): number {
  const limit = strictestOf(tasks, usual);
  if (limit === null) return 0;
  const { bucketSize, refillRate } = shareOf(limit, placeCount);
  const due = sumOf(tasks, ({ scheduleMs }) => Math.min(1, MINUTE_MS / scheduleMs));
  return (due - bucketSize) / refillRate;
}

/** The hosts of which all places together ask for more than their limit allows: some checks are left out. */
export function overloadedHosts(
  places: readonly Place[],
  usual: RateLimit = USUAL_RATE_LIMIT,
): CrowdedHost[] {
  const counts = countPlaces(places);
  return [...byHost(places.flat())].flatMap(([hostname, tasks]) => {
    const limit = strictestOf(tasks, usual);
    if (limit === null || !exceeds(tasks, limit)) return [];
    return { hostname, taskCount: tasks.length, placeCount: counts.get(hostname) ?? 1, limit };
  });
}

function exceeds(tasks: Place, { bucketSize, refillRate }: Bucket): boolean {
  if (ratePerSecond(tasks) > refillRate) return true;
  const together = tasks.filter(({ scheduleMs }) => scheduleMs === MINUTE_MS).length;
  return together > bucketSize + BURST_SECONDS * refillRate;
}

/** Null if none of them has a limit. */
function strictestOf(tasks: Place, usual: RateLimit): Bucket | null {
  const limits = tasks.map(({ rateLimit = usual }) => rateLimit);
  const buckets = limits.filter((limit) => limit !== "disabled");
  if (buckets.length === 0) return null;
  return buckets.reduce((a, b) => (b.refillRate < a.refillRate ? b : a));
}

function ratePerSecond(tasks: Place): number {
  return tasks.reduce((sum, { scheduleMs }) => sum + SECOND_MS / scheduleMs, 0);
}

function byHost(place: Place): Map<string, Place[number][]> {
  return Map.groupBy(place, ({ target }) => target.hostname);
}
