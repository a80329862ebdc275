import type { ErrorKind } from "./probe-result.ts";
import type { DurationMs, EpochMs, RegionName } from "./units.ts";

/** Exact figures over a set of checks. Times are over successful handshakes only; null without one. */
export interface Figures {
  /** Slots that were due. */
  readonly expectedCount: number;
  /** Due slots without a result. They blame nobody. */
  readonly missedCount: number;
  /** Attempts that count: successful plus failed. */
  readonly sampleCount: number;
  readonly successfulCount: number;
  readonly failedCount: number;
  /** Attempts that were our own fault. */
  readonly uncountedCount: number;
  /** 0 to 100; null where nothing counts. */
  readonly failurePercent: number | null;
  readonly avgConnectTimeMs: DurationMs | null;
  readonly minConnectTimeMs: DurationMs | null;
  readonly maxConnectTimeMs: DurationMs | null;
  readonly p50ConnectTimeMs: DurationMs | null;
  readonly p95ConnectTimeMs: DurationMs | null;
  readonly p99ConnectTimeMs: DurationMs | null;
  readonly stddevConnectTimeMs: DurationMs | null;
  /** By kind, failed and uncounted attempts alike. */
  readonly failuresByKind: Readonly<Partial<Record<ErrorKind, number>>>;
}

/** One task in one minute: over all regions and for each. */
export interface Summary {
  readonly taskName: string;
  readonly host: string;
  readonly targetId: string | null;
  readonly periodStartMs: EpochMs;
  readonly periodEndMs: EpochMs;
  readonly overall: Figures;
  readonly regions: Readonly<Record<RegionName, Figures>>;
  /** Every region's leases are past the end and no due slot is without a result. */
  readonly complete: boolean;
  /** Regions in which the task was due and nothing was reported. */
  readonly missingRegions: readonly RegionName[];
  /** 1 when first written; one more for each rewrite with late data. */
  readonly rev: number;
}
