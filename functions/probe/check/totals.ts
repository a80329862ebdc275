import type { ProbeResult } from "../../../shared/result/result.ts";

/** What is counted over all connections of a check. */
const TOTALS = [
  "sentBytes",
  "receivedBytes",
  "sentMessages",
  "receivedMessages",
  "reconnectCount",
] as const;

/** Figures that are counted over all connections of a check. */
export type Totals = Pick<ProbeResult, (typeof TOTALS)[number]>;

/** The totals of several connections. */
export function sumTotals(results: readonly Totals[]): Totals {
  const sum: Record<(typeof TOTALS)[number], number> = {
    sentBytes: 0,
    receivedBytes: 0,
    sentMessages: 0,
    receivedMessages: 0,
    reconnectCount: 0,
  };
  for (const result of results) for (const name of TOTALS) sum[name] += result[name];
  return sum;
}
