import {
  type AlertOverrides,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
} from "../../../../shared/health/rules/rules.ts";
import {
  INITIAL_TRENDS,
  judgeTrends,
  type TrendJudgement,
  type Trends,
  type UsualTimes,
} from "../../../../shared/health/trends/trends.ts";
import type {
  Figures,
  JudgedCheck,
  RegionWindow,
  TaskWindow,
} from "../../../../shared/summary/summary.ts";
import { figuresOf } from "../../../../shared/summary/summary.ts";
import { MINUTE_MS, SECOND_MS } from "../../../../shared/units.ts";
import { NOON } from "../windows.ts";

/** What one check ends as: a connect time, or null if it failed. */
export type Network = (at: { readonly minute: number; readonly region: number }) => number | null;

export interface World {
  readonly regions: number;
  readonly scheduleSeconds: number;
  readonly minutes: number;
  readonly network: Network;
  readonly alert?: AlertOverrides;
  readonly usual?: (minute: number, memory: Trends) => UsualTimes | null;
  readonly isFrozen?: (minute: number) => boolean;
}

/** A change of what the trends say. */
export interface Change {
  readonly minute: number;
  readonly severity: TrendJudgement["severity"];
  readonly rule: TrendJudgement["rule"];
}

export interface Run {
  readonly changes: readonly Change[];
  /** Windows after which another memory is to be stored. */
  readonly writeCount: number;
  readonly memory: Trends;
}

/** Figures of no check: what the trends do not read. */
const NO_FIGURES = figuresOf({ expectedCount: 0 }, []);

/** Judges minute after minute of a world. */
export function simulate(world: World): Run {
  const policy = alertPolicy(DEFAULT_ALERT_POLICY, world.alert ?? {});
  let memory = INITIAL_TRENDS;
  let last: Pick<TrendJudgement, "severity" | "rule"> = { severity: null, rule: null };
  let writeCount = 0;
  const changes: Change[] = [];
  for (let minute = 0; minute < world.minutes; minute++) {
    const usual = world.usual?.(minute, memory) ?? null;
    const isFrozen = world.isFrozen?.(minute) ?? false;
    const judged = judgeTrends(memory, windowOf(world, minute), { policy, isFrozen, usual });
    if (judged.memory !== memory) writeCount += 1;
    memory = judged.memory;
    const { severity, rule } = judged;
    if (severity !== last.severity) changes.push({ minute, severity, rule });
    last = { severity, rule };
  }
  return { changes, writeCount, memory };
}

function windowOf(world: World, minute: number): TaskWindow {
  const periodStartMs = NOON + minute * MINUTE_MS;
  const regions: Record<string, RegionWindow> = {};
  for (let region = 0; region < world.regions; region++) {
    const slots = slotsOf(world, minute, region);
    const checks = slots.map((slotAtMs): JudgedCheck => {
      const connectTimeMs = world.network({ minute, region });
      const passed = connectTimeMs !== null;
      return {
        slotAtMs,
        verdict: passed ? "passed" : "failed",
        errorKind: passed ? null : "timeout",
        connectTimeMs,
        synRetransmits: 0,
      };
    });
    regions[`r${region}`] = { covered: true, checks, rechecks: [], figures: countsOf(checks) };
  }
  const scheduleMs = world.scheduleSeconds * SECOND_MS;
  return { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs, regions };
}

/** A region's slots in a minute; the regions are shifted against each other. */
function slotsOf({ scheduleSeconds, regions }: World, minute: number, region: number): number[] {
  const scheduleMs = scheduleSeconds * SECOND_MS;
  const shiftMs = Math.floor((scheduleMs * region) / regions);
  const fromMs = minute * MINUTE_MS;
  const slots: number[] = [];
  for (
    let at = Math.ceil((fromMs - shiftMs) / scheduleMs) * scheduleMs + shiftMs;
    at < fromMs + MINUTE_MS;
    at += scheduleMs
  ) {
    slots.push(NOON + at);
  }
  return slots;
}

function countsOf(checks: readonly JudgedCheck[]): Figures {
  const failedCount = checks.filter(({ verdict }) => verdict === "failed").length;
  return {
    ...NO_FIGURES,
    expectedCount: checks.length,
    sampleCount: checks.length,
    failedCount,
    successfulCount: checks.length - failedCount,
  };
}
