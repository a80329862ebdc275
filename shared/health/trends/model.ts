import type { DurationMs, EpochMs, RegionName } from "../../units.ts";
import type { Batch, RuleName, Severity } from "../rules/rules.ts";

/** What holds a trend: a threshold rule, or the drift of the failures (`degraded`). */
export type TrendRule = RuleName | "degraded";

/** A threshold over a share that a region has broken and not yet cleared. */
export interface BrokenRule extends Batch {
  readonly rule: RuleName;
  readonly severity: Severity;
}

/** How far a region's failures speak for a lossy path or a dead backend rather than for chance. */
export interface Drift extends Batch {
  /** The cumulative sum of the evidence, 0 to 12. The counts are since it was 0. */
  readonly sum: number;
}

/** Failures in a row. */
export interface Failing {
  /** The last success before them, or the start of the window in which they began. */
  readonly sinceMs: EpochMs;
  readonly count: number;
}

/** What is remembered of a task in one region. */
export interface RegionTrend {
  /**
   * Up to here its checks are counted. Those after it passed as scheduled, so that a region without
   * trouble needs no write; anything else is counted and stored at once.
   */
  readonly throughMs: EpochMs;
  /** Open from a failure on, without it: it is why the batch is counted. */
  readonly batch: Batch | null;
  /** Null while the sum is 0. */
  readonly drift: Drift | null;
  readonly broken: readonly BrokenRule[];
  /** The failures in a row that still went on at `throughMs`. */
  readonly failing: Failing | null;
  /** Since when it reports nothing, or nothing that counts; null while it does. */
  readonly silentSinceMs: EpochMs | null;
}

/** A region's usual connect times, read from its summaries. */
export interface UsualTimes {
  readonly readAtMs: EpochMs;
  /** Null if its summaries do not say. */
  readonly regions: Readonly<Record<RegionName, DurationMs | null>>;
}

/** A limit on connect times that is being broken or cleared. */
export interface Hold {
  readonly isBroken: boolean;
  /** Since when the times are above the limit; if it is broken: well below it, or null. */
  readonly sinceMs: EpochMs | null;
}

/** What is remembered of connect times, while they are above a limit. */
export interface SlowTrend {
  /** The last connect times of each region, at most nine, in order of their slots. */
  readonly times: Readonly<Record<RegionName, readonly DurationMs[]>>;
  /** By region, or of the nearest region alone. */
  readonly holds: Readonly<Record<string, Readonly<Partial<Record<Severity, Hold>>>>>;
}

/** A certificate near its end, as a region saw it. */
export interface ExpiringCertificate {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Since when the region has seen only others; null if it saw this one last. */
  readonly othersSinceMs: EpochMs | null;
}

/** What is remembered of a task's trends: nothing, as long as it is well. Plain JSON. */
export interface Trends {
  readonly regions: Readonly<Record<RegionName, RegionTrend>>;
  /** The task is degraded; since when its drift is small again, or null. */
  readonly degraded: { readonly smallSinceMs: EpochMs | null } | null;
  readonly slow: SlowTrend | null;
  readonly usual: UsualTimes | null;
  /** By region; absent while no certificate is near its end. */
  readonly expiring?: Readonly<Record<RegionName, ExpiringCertificate>>;
  /** What the trends said last. */
  readonly held: { readonly severity: Severity; readonly rule: TrendRule } | null;
}

/** The trends of a task of which nothing is remembered. */
export const INITIAL_TRENDS: Trends = {
  regions: {},
  degraded: null,
  slow: null,
  usual: null,
  held: null,
};

/** Trends in their stored form: what a version does not know or has not stored yet is left out. */
export interface StoredTrends extends Partial<Omit<Trends, "regions">> {
  readonly regions?: Readonly<Record<RegionName, Partial<RegionTrend>>>;
}
