import type { RegionWindow, TaskWindow } from "../../summary/summary.ts";
import { type DurationMs, MINUTE_MS, type RegionName } from "../../units.ts";
import type { AlertPolicy, Finding, Severity } from "../rules/rules.ts";
import type { Hold, SlowTrend, UsualTimes } from "./model.ts";
import { isFresh, type OwnLimit, ownLimits, usualOf } from "./slow-limits.ts";

/** So many connect times make a median; with fewer than the least nothing is called slow. */
const MOST_TIMES = 9;
const LEAST_TIMES = 5;

/** A limit is broken after so long above it, and cleared after so long well below it. */
const BREAK_AFTER_MS: DurationMs = 5 * MINUTE_MS;
const CLEAR_AFTER_MS: DurationMs = 10 * MINUTE_MS;

/** Well below a limit is below this part of it. */
const CLEAR_PART = 0.85;

/** What is not known, such as the usual times, is waited for so long; then the rest must do. */
const PATIENCE_MS: DurationMs = 15 * MINUTE_MS;

/** The key of the hold if the nearest region decides. No region has this name. */
const NEAREST = "*";

/** What is known of a task's connect times. */
export interface SlowMemory {
  readonly slow: SlowTrend | null;
  readonly usual: UsualTimes | null;
}

/** What connect times are judged by. */
export interface SlowSetup {
  readonly window: TaskWindow;
  readonly policy: AlertPolicy;
}

/** A slow region. */
export interface SlowRegion {
  readonly region: RegionName;
  readonly finding: Finding;
}

/** A region's last connect times as one number. */
interface Level {
  readonly region: RegionName;
  readonly medianMs: DurationMs;
  readonly timeCount: number;
}

type Times = SlowTrend["times"];

/** Moves what is remembered of connect times by one window. It is the same object while none is slow. */
export function advanceSlow(memory: SlowMemory, setup: SlowSetup): SlowMemory {
  const latest = latestTimes(setup.window);
  if (memory.slow === null && !isWorthTracking(latest, memory, setup)) return memory;
  const times = appendTimes(memory.slow?.times ?? {}, latest);
  const slow = { times, holds: memory.slow?.holds ?? {} };
  const holds = judged(times, setup.policy).flatMap(({ key, level }) => {
    const own = advanceHolds(level, { ...memory, slow }, { ...setup, key });
    return Object.keys(own).length === 0 ? [] : [[key, own] as const];
  });
  return {
    ...memory,
    slow: holds.length === 0 ? null : { times, holds: Object.fromEntries(holds) },
  };
}

/** While the task is down only what is broken is remembered: an outage's times say nothing. */
export function pauseSlow(slow: SlowTrend | null): SlowTrend | null {
  if (slow === null) return null;
  const holds = Object.entries(slow.holds).flatMap(([key, own]) => {
    const broken = Object.entries(own).filter(([, hold]) => hold.isBroken);
    return broken.length === 0 ? [] : [[key, Object.fromEntries(broken)] as const];
  });
  if (holds.length === 0) return null;
  return isSameSize(holds, slow) ? slow : { ...slow, holds: Object.fromEntries(holds) };
}

function isSameSize(holds: readonly (readonly [string, object])[], slow: SlowTrend): boolean {
  return (
    holds.every(([key, own]) => sizeOf(own) === sizeOf(slow.holds[key] ?? {})) &&
    holds.length === sizeOf(slow.holds)
  );
}

function sizeOf(record: object): number {
  return Object.keys(record).length;
}

/** The regions that are slow at a severity; the nearest alone, if that decides. */
export function slowRegions(
  memory: SlowMemory,
  severity: Severity,
  setup: SlowSetup,
): SlowRegion[] {
  if (memory.slow === null) return [];
  const { times, holds } = memory.slow;
  return judged(times, setup.policy).flatMap(({ key, level }) => {
    if (holds[key]?.[severity]?.isBroken !== true) return [];
    const own = limitsFor(level.region, memory, setup).find((each) => each.severity === severity);
    return own === undefined ? [] : { region: level.region, finding: own.find(level.medianMs) };
  });
}

function latestTimes({ regions }: TaskWindow): Times {
  const latest = Object.entries(regions).map(([name, own]) => [name, firstSynTimes(own)] as const);
  return Object.fromEntries(latest.filter(([, times]) => times.length > 0));
}

/** Of the handshakes whose first SYN was answered: a lost packet is no latency. */
function firstSynTimes({ checks }: RegionWindow): DurationMs[] {
  return checks.flatMap(({ verdict, connectTimeMs, synRetransmits }) =>
    verdict === "passed" && connectTimeMs !== null && synRetransmits === 0 ? connectTimeMs : [],
  );
}

/** Whether one of the regions that decide is above a limit. */
function isWorthTracking(latest: Times, memory: SlowMemory, setup: SlowSetup): boolean {
  return judged(latest, setup.policy).some(({ level }) =>
    limitsFor(level.region, memory, setup).some(({ limitMs }) => level.medianMs > limitMs),
  );
}

function limitsFor(region: RegionName, { usual }: SlowMemory, { window, policy }: SlowSetup) {
  return ownLimits(region, { policy, usual, atMs: window.periodEndMs });
}

function appendTimes(before: Times, latest: Times): Times {
  const added = Object.entries(latest).map(
    ([name, own]) => [name, [...(before[name] ?? []), ...own].slice(-MOST_TIMES)] as const,
  );
  return { ...before, ...Object.fromEntries(added) };
}

/** Whose times decide, each under the key of its hold: every region's, or those of the nearest. */
function judged(times: Times, { latencyScope }: AlertPolicy) {
  const levels = Object.entries(times).map(([region, ring]): Level => {
    return { region, medianMs: lowerMedian(ring), timeCount: ring.length };
  });
  if (latencyScope === "each") return levels.map((level) => ({ key: level.region, level }));
  const [nearest] = levels.toSorted(
    (a, b) => a.medianMs - b.medianMs || (a.region < b.region ? -1 : 1),
  );
  return nearest === undefined ? [] : [{ key: NEAREST, level: nearest }];
}

/** The lower one of the two in the middle: half of the times must be above a limit to break it. */
function lowerMedian(times: readonly DurationMs[]): DurationMs {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
}

interface HoldSetup extends SlowSetup {
  readonly key: string;
}

function advanceHolds(
  level: Level,
  memory: SlowMemory,
  setup: HoldSetup,
): Partial<Record<Severity, Hold>> {
  const before = memory.slow?.holds[setup.key] ?? {};
  if (!isHeard(level.region, setup.window)) return before;
  const isSure = isKnown(level, memory, setup);
  const holds = limitsFor(level.region, memory, setup).flatMap((own) => {
    const hold = advanceHold(before[own.severity] ?? null, own, {
      ...level,
      isSure,
      ...setup.window,
    });
    return hold === null ? [] : [[own.severity, hold] as const];
  });
  return Object.fromEntries(holds);
}

/** A region that gives no time though it should keeps its hold as it is. */
function isHeard(region: RegionName, { regions, scheduleMs }: TaskWindow): boolean {
  const own = regions[region];
  return scheduleMs > MINUTE_MS || (own !== undefined && firstSynTimes(own).length > 0);
}

type Judged = Pick<Level, "medianMs" | "timeCount"> &
  Pick<TaskWindow, "periodStartMs" | "periodEndMs"> & { readonly isSure: boolean };

/** Null if nothing is above the limit, or broken. */
function advanceHold(hold: Hold | null, { limitMs }: OwnLimit, now: Judged): Hold | null {
  const { medianMs, periodStartMs, periodEndMs } = now;
  if (hold?.isBroken === true) {
    if (medianMs >= CLEAR_PART * limitMs) return { isBroken: true, sinceMs: null };
    const sinceMs = hold.sinceMs ?? periodStartMs;
    return periodEndMs - sinceMs >= CLEAR_AFTER_MS ? null : { isBroken: true, sinceMs };
  }
  if (medianMs <= limitMs) return null;
  const sinceMs = hold?.sinceMs ?? periodStartMs;
  const aboveForMs = periodEndMs - sinceMs;
  const isLong = aboveForMs >= (now.isSure ? BREAK_AFTER_MS : PATIENCE_MS);
  return isLong && now.timeCount >= LEAST_TIMES
    ? { isBroken: true, sinceMs: null }
    : { isBroken: false, sinceMs };
}

/** Whether all is known that could excuse a time above a limit: what is usual, and who is nearer. */
function isKnown({ region, medianMs }: Level, memory: SlowMemory, setup: HoldSetup): boolean {
  const { window, policy, key } = setup;
  const by = { policy, usual: memory.usual, atMs: window.periodEndMs };
  if (!isFresh(by) || usualOf(region, by) === null) return false;
  if (key !== NEAREST) return true;
  const unheard = Object.keys(window.regions).filter(
    (name) => memory.slow?.times[name] === undefined,
  );
  return unheard.every((name) => (usualOf(name, by) ?? 0) > medianMs);
}
