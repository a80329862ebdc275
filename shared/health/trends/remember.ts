import type { EpochMs, RegionName } from "../../units.ts";
import { type Counting, isForgotten, NO_TREND } from "./advance-region.ts";
import { expiringIn } from "./expiring.ts";
import { INITIAL_TRENDS, type StoredTrends, type Trends } from "./model.ts";

/** The next memory: the same object as before if nothing changed, the initial one if nothing is left. */
export function remember(before: Trends, next: Trends): Trends {
  const isSame =
    isSameRecord(before.regions, next.regions) &&
    before.degraded === next.degraded &&
    before.slow === next.slow &&
    before.usual === next.usual &&
    before.expiring === next.expiring &&
    before.held?.severity === next.held?.severity &&
    before.held?.rule === next.held?.rule;
  if (isSame) return before;
  return isNothing(next) ? INITIAL_TRENDS : next;
}

function isNothing({ regions, ...parts }: Trends): boolean {
  return Object.keys(regions).length === 0 && Object.values(parts).every((part) => part === null);
}

function isSameRecord(a: Trends["regions"], b: Trends["regions"]): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** The memory without the regions of which nothing is left by an instant. The same object if there is none. */
export function withoutForgotten(trends: Trends, atMs: EpochMs, by: Counting): Trends {
  const entries = Object.entries(trends.regions);
  const left = entries.filter(([, region]) => !isForgotten(region, atMs, by));
  if (left.length === entries.length) return trends;
  return remember(trends, { ...trends, regions: Object.fromEntries(left) });
}

/** Trends in their stored form, without what there is nothing of: most of what a region could have. */
export function toStoredTrends(trends: Trends): StoredTrends {
  const regions = Object.entries(trends.regions).map(([name, own]) => [name, somethingOf(own)]);
  return { ...somethingOf(trends), regions: Object.fromEntries(regions) };
}

function somethingOf<T extends object>(parts: T): Partial<T> {
  const something = Object.entries(parts).filter(
    ([, part]) => part !== null && !(Array.isArray(part) && part.length === 0),
  );
  return Object.fromEntries(something) as Partial<T>;
}

/** The trends in stored ones. What an older version did not store is as it is initially. */
export function fromStoredTrends(stored: StoredTrends | null): Trends {
  if (stored === null) return INITIAL_TRENDS;
  const regions = Object.entries(stored.regions ?? {}).map(([name, own]) => [
    name,
    { ...NO_TREND, ...own },
  ]);
  return remember(INITIAL_TRENDS, {
    ...INITIAL_TRENDS,
    ...stored,
    regions: Object.fromEntries(regions),
  });
}

/** Trends without the regions in which the task is not planned any more. The same object if none is gone. */
export function retainTrends(trends: Trends, planned: readonly RegionName[]): Trends {
  const { regions, slow, expiring, ...others } = trends;
  const isPlanned = (name: RegionName) => planned.includes(name);
  const known = [regions, slow?.times ?? {}, expiring ?? {}].flatMap((each) => Object.keys(each));
  if (known.every(isPlanned)) return trends;
  const times = slow && { ...slow, times: pick(slow.times, isPlanned) };
  const kept = { regions: pick(regions, isPlanned), ...expiringIn(expiring, isPlanned) };
  return remember(trends, { ...others, ...kept, slow: times });
}

function pick<T>(record: Readonly<Record<string, T>>, isPicked: (name: string) => boolean) {
  return Object.fromEntries(Object.entries(record).filter(([name]) => isPicked(name)));
}

/** Trends whose instants are not later than `toMs`, where time goes on after a clock was set back. */
export function takeBackTrends(trends: Trends, toMs: EpochMs): Trends {
  const taken: Trends = JSON.parse(JSON.stringify(trends), (key, value: unknown) =>
    isOwnInstant(key) && typeof value === "number" && value > toMs ? toMs : value,
  );
  return JSON.stringify(taken) === JSON.stringify(trends) ? trends : taken;
}

/** When a certificate is valid is said by the target, whatever our clocks say. */
function isOwnInstant(key: string): boolean {
  return key.endsWith("Ms") && key !== "fromMs" && key !== "untilMs";
}
