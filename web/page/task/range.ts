const HOUR_MS = 3_600_000;

/** How far back a plot looks. */
export const RANGES = { "1h": 1, "6h": 6, "24h": 24, "7d": 168, "30d": 720, "90d": 2_160 } as const;

/** The name of one range. */
export type RangeName = keyof typeof RANGES;

/** The range of a setting; a day if there is none. */
export function rangeOf(text: string): RangeName {
  return Object.hasOwn(RANGES, text) ? (text as RangeName) : "24h";
}

/** From when to when a plot looks, in whole minutes so that its address stays the same for one. */
export function spanOf(range: RangeName, nowMs: number): { fromMs: number; toMs: number } {
  const toMs = Math.ceil(nowMs / 60_000) * 60_000;
  return { fromMs: toMs - RANGES[range] * HOUR_MS, toMs };
}
