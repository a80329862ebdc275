import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
} from "../../units.ts";
import { type AlertPolicy, activeLimits, type Finding, type Severity } from "../rules/rules.ts";
import type { SlowTrend, UsualTimes } from "./model.ts";

/** Usual times are read again after this, while the task is above a limit. */
const REREAD_AFTER_MS: DurationMs = HOUR_MS;

/** They are read again sooner if the summaries of a region did not say: it may be new. */
const RETRY_AFTER_MS: DurationMs = 5 * MINUTE_MS;

/** After this they are not used any more. */
const OUTDATED_AFTER_MS: DurationMs = DAY_MS;

/** Which limits a region's times are judged by. */
export interface LimitSetup {
  readonly policy: AlertPolicy;
  readonly usual: UsualTimes | null;
  readonly atMs: EpochMs;
}

/** A limit on the connect times of one region. */
export interface OwnLimit {
  readonly severity: Severity;
  /** With what is usual in the region. */
  readonly limitMs: DurationMs;
  /** A finding of a time that breaks it. */
  readonly find: (valueMs: DurationMs) => Finding;
}

/** The limits on a region's connect times, the most severe first. */
export function ownLimits(region: RegionName, setup: LimitSetup): OwnLimit[] {
  const usualMs = usualOf(region, setup);
  return activeLimits(setup.policy).flatMap(({ rule, severity, limit: given }) => {
    if (rule.trend.kind !== "latency") return [];
    const limit = rule.trend.limitMs(given, { severity, usualMs });
    const { aspect, name } = rule;
    const find = (value: DurationMs) => ({ aspect, severity, rule: name, value, limit });
    return { severity, limitMs: limit, find };
  });
}

/** What a region usually takes; null if it is not known, or was known too long ago. */
export function usualOf(region: RegionName, { usual, atMs }: LimitSetup): DurationMs | null {
  if (usual === null || atMs - usual.readAtMs > OUTDATED_AFTER_MS) return null;
  return usual.regions[region] ?? null;
}

/** Whether the usual times were read not long ago. */
export function isFresh({ usual, atMs }: LimitSetup): boolean {
  return usual !== null && atMs - usual.readAtMs <= REREAD_AFTER_MS;
}

/** Whether the usual times must be read before the connect times can be judged well. */
export function needsUsual(
  { slow, usual }: { readonly slow: SlowTrend | null; readonly usual: UsualTimes | null },
  atMs: EpochMs,
): boolean {
  if (slow === null) return false;
  if (usual === null) return true;
  const isUnknown = Object.keys(slow.times).some((name) => (usual.regions[name] ?? null) === null);
  return atMs - usual.readAtMs > (isUnknown ? RETRY_AFTER_MS : REREAD_AFTER_MS);
}

/** The usual times that are known at a window's end: those just read, or the old ones while they last. */
export function latestUsual(
  { slow, usual }: { readonly slow: SlowTrend | null; readonly usual: UsualTimes | null },
  read: UsualTimes | null,
  atMs: EpochMs,
): UsualTimes | null {
  if (read !== null && read.readAtMs > (usual?.readAtMs ?? -1)) return read;
  const isOutdated = usual !== null && atMs - usual.readAtMs > OUTDATED_AFTER_MS;
  return isOutdated && slow === null ? null : usual;
}
