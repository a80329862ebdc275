import type { HealthSample } from "../../../shared/health/health.ts";
import { advanceHealth } from "../../../shared/health/region-health.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import { INITIAL_HEALTH } from "../../../shared/health/task-state.ts";
import {
  figuresOf,
  type JudgedCheck,
  type RegionWindow,
  type TaskWindow,
} from "../../../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import { NOON } from "./windows.ts";

/** A target that is down at times, and regions that check it as a probe does. */
export interface World {
  readonly policy: AlertPolicy;
  readonly scheduleMs: number;
  readonly regionCount: number;
  readonly minutes: number;
  /** In milliseconds after noon, in order. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Scheduled checks that fail although the target is up, as `region.slot`. */
  readonly lost: ReadonlySet<string>;
}

/** The samples of one region, in order of their instants. */
export type Samples = readonly HealthSample[];

/** What each region of a world measures: its slots, and rechecks until one passes. */
export function samplesOfWorld(world: World): Record<string, Samples> {
  const regions = Array.from({ length: world.regionCount }, (_, i) => [
    String.fromCharCode(97 + i),
    samplesOfRegion(world, i),
  ]);
  return Object.fromEntries(regions);
}

function samplesOfRegion(world: World, region: number): Samples {
  const { policy, scheduleMs } = world;
  const samples: HealthSample[] = [];
  let health = INITIAL_HEALTH;
  const take = (atMs: number, isRecheck: boolean, isLost = false): boolean => {
    const isDown = world.outages.some(
      ({ fromMs, toMs }) => NOON + fromMs <= atMs && atMs < NOON + toMs,
    );
    const verdict = isDown || isLost ? "failed" : "passed";
    const sample = { atMs, verdict, isRecheck } as const;
    samples.push(sample);
    health = advanceHealth(health, sample, { policy, scheduleMs });
    return verdict === "passed";
  };
  const staggerMs = Math.floor((region * scheduleMs) / world.regionCount);
  for (let slot = 0; slot * scheduleMs + staggerMs < world.minutes * MINUTE_MS; slot++) {
    const slotAtMs = NOON + slot * scheduleMs + staggerMs;
    const wasDown = health.status === "unhealthy";
    const passed = take(slotAtMs, false, world.lost.has(`${region}.${slot}`));
    const gaps = policy.recheckSeconds.map((s) => s * SECOND_MS).filter((ms) => ms < scheduleMs);
    if (passed && wasDown && gaps.length > 0) take(slotAtMs + 5 * SECOND_MS, true);
    if (!passed && !wasDown) gaps.some((gapMs) => take(slotAtMs + gapMs, true));
  }
  return samples;
}

/** The samples of some time as a window: those before `cuts` of each region, if it is named there. */
export function windowOf(
  regions: Readonly<Record<string, Samples>>,
  span: { readonly fromMs: number; readonly toMs: number; readonly scheduleMs: number },
  cuts: Readonly<Record<string, number>> = {},
): TaskWindow {
  const own = Object.entries(regions).map(([name, samples]) => {
    const toMs = Math.min(span.toMs, cuts[name] ?? span.toMs);
    const within = samples.filter(({ atMs }) => atMs >= span.fromMs && atMs < toMs);
    return [name, regionWindowOf(within)];
  });
  return {
    periodStartMs: span.fromMs,
    periodEndMs: span.toMs,
    scheduleMs: span.scheduleMs,
    regions: Object.fromEntries(own),
  };
}

function regionWindowOf(samples: Samples): RegionWindow {
  const checks = samples.filter(({ isRecheck }) => !isRecheck).map(checkOf);
  const rechecks = samples.filter(({ isRecheck }) => isRecheck).map(checkOf);
  const figures = figuresOf({ expectedCount: checks.length }, checks);
  return { covered: true, checks, rechecks, figures };
}

function checkOf({ atMs, verdict }: HealthSample): JudgedCheck {
  return {
    slotAtMs: atMs,
    verdict,
    errorKind: verdict === "failed" ? "refused" : null,
    connectTimeMs: verdict === "passed" ? 10 : null,
    synRetransmits: 0,
  };
}
