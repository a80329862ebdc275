import type { Verdict } from "../result/result.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import type { Decaying, RegionHealth } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";

/** What turns a region's health. */
export type HealthPolicy = Pick<AlertPolicy, "failureThreshold" | "successThreshold" | "failures">;

/** One check as health looks at it: a slot's, or one that was made again soon after a failure. */
export interface HealthSample {
  /** The slot, or the instant for which the recheck was planned. */
  readonly atMs: EpochMs;
  readonly verdict: Verdict;
  readonly isRecheck: boolean;
}

/** By what a sample moves a region's health. */
export interface HealthRule {
  readonly policy: HealthPolicy;
  readonly scheduleMs: DurationMs;
}

/** The share of failures that is taken for granted: less makes no difference to the rule. */
const LEAST_SHARE = 0.01;

/** A share that is so little above it is forgotten, so that not every region is remembered for ever. */
const NEXT_TO_NOTHING = 0.0005;

/** Where more than this fail usually, a run of failures tells little: the rule has its end there. */
const MOST_SHARE = 0.6;

/** A scheduled check moves the usual share by a sixtieth. */
const SHARE_STEP = 1 / 60;

/** A run of failures as long as this happens by chance less than once in a thousand. */
const CHANCE = 0.001;

/**
 * Moves a region's health by one sample. The samples of a region come in order of their instants; one
 * that is not later than the last, or does not count, moves nothing. A passed sample of a healthy
 * region returns the same object.
 */
export function advanceHealth(
  health: RegionHealth,
  sample: HealthSample,
  by: HealthRule,
): RegionHealth {
  if (sample.verdict === "uncounted" || sample.atMs <= health.throughMs) return health;
  return sample.verdict === "passed" ? pass(health, sample, by) : fail(health, sample, by);
}

function pass(health: RegionHealth, { atMs }: HealthSample, { policy }: HealthRule): RegionHealth {
  const isQuiet = health.status === "healthy" && health.failCount === 0;
  if (isQuiet && health.recent === "") return health;
  const passed: RegionHealth = {
    ...health,
    ...NO_FAILURES,
    recent: nextRecent(health, "P", policy),
    throughMs: atMs,
  };
  if (health.status === "healthy") return passed;
  const passCount = health.passCount + 1;
  if (passCount < policy.successThreshold) return { ...passed, passCount };
  return { ...passed, status: "healthy", passCount: 0, unhealthySinceMs: null };
}

const NO_FAILURES = {
  failCount: 0,
  firstFailAtMs: null,
  lastFailAtMs: null,
  failingSinceMs: null,
} as const;

function fail(health: RegionHealth, sample: HealthSample, by: HealthRule): RegionHealth {
  const { atMs } = sample;
  const failed: RegionHealth = {
    ...health,
    failCount: health.failCount + 1,
    passCount: 0,
    firstFailAtMs: health.firstFailAtMs ?? atMs,
    lastFailAtMs: atMs,
    // Nothing failed before, so the slot before it passed.
    failingSinceMs: health.failingSinceMs ?? atMs - by.scheduleMs,
    recent: nextRecent(health, "F", by.policy),
    share: nextShare(health, sample, by),
    throughMs: atMs,
  };
  if (health.status === "unhealthy") return { ...failed, lastDownAtMs: atMs };
  if (!isTurned(failed, by.policy)) return failed;
  return { ...failed, status: "unhealthy", unhealthySinceMs: atMs, lastDownAtMs: atMs, recent: "" };
}

/** `failures` counts over `failureThreshold`. */
function isTurned({ recent, failCount, share }: RegionHealth, policy: HealthPolicy): boolean {
  const { failures, failureThreshold } = policy;
  if (failures !== null) return [...recent].filter((v) => v === "F").length >= failures.failed;
  return failCount >= failuresNeeded(failureThreshold, share?.value ?? LEAST_SHARE);
}

/** Failures in a row that turn a region now; null if it counts failures among its last checks. */
export function failuresToTurn({ share }: RegionHealth, policy: HealthPolicy): number | null {
  if (policy.failures !== null) return null;
  return failuresNeeded(policy.failureThreshold, share?.value ?? LEAST_SHARE);
}

/** Failures in a row that turn a region in which this share of the scheduled checks fails anyway. */
function failuresNeeded(threshold: number, share: number): number {
  const unlikely = Math.ceil(Math.log(CHANCE) / Math.log(Math.min(MOST_SHARE, share)));
  // Who wants to hear of the first failures does not want them weighed.
  return threshold < 4 ? threshold : Math.max(threshold, unlikely);
}

/** The last verdicts that a rule such as "3 of 5" looks at; none while all of them passed. */
function nextRecent(health: RegionHealth, verdict: string, { failures }: HealthPolicy): string {
  if (failures === null || health.status === "unhealthy") return "";
  const recent = `${health.recent}${verdict}`.slice(-failures.of);
  return recent.includes("F") ? recent : "";
}

/**
 * The usual share after a failed sample. Passed checks are not counted: between two failures the share
 * decays with every period of the schedule. A region that is down teaches nothing, nor does a recheck.
 */
function nextShare(
  { share, status }: RegionHealth,
  { atMs, isRecheck }: HealthSample,
  { scheduleMs }: HealthRule,
): RegionHealth["share"] {
  if (isRecheck || status === "unhealthy") return share;
  const before = LEAST_SHARE + (share === null ? 0 : aboveLeast(share, atMs, scheduleMs));
  return { value: before + (1 - before) * SHARE_STEP, atMs };
}

/** What is left of a share beyond what is taken for granted; 0 once that is next to nothing. */
function aboveLeast({ value, atMs }: Decaying, nowMs: EpochMs, scheduleMs: DurationMs): number {
  const periods = Math.max(0, (nowMs - atMs) / scheduleMs - 1);
  const above = (value - LEAST_SHARE) * (1 - SHARE_STEP) ** periods;
  return above < NEXT_TO_NOTHING ? 0 : above;
}

/** A share says nothing from an instant on: the next failure leads to the same as without it. */
export function isForgotten(share: Decaying, fromMs: EpochMs, scheduleMs: DurationMs): boolean {
  return aboveLeast(share, fromMs, scheduleMs) === 0;
}
