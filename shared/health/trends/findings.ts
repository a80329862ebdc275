import type { EpochMs } from "../../units.ts";
import type { ActiveLimit, Finding } from "../rules/rules.ts";
import type { RegionTrend } from "./model.ts";

/** If more than half of the checks fail anyhow, fewer in a row are chance: 0.6 to the 14th is 0.001. */
const LEAST_IN_ROW_WHILE_DEGRADED = 14;

/** What a region's failures are compared with. */
export interface FindingSetup {
  readonly limits: readonly ActiveLimit[];
  readonly failureThreshold: number;
  readonly isDegraded: boolean;
  readonly periodEndMs: EpochMs;
}

/** What a region's failures break: a rule that is off breaks nothing. The most severe is first. */
export function findingsOf(region: RegionTrend | null, by: FindingSetup): Finding[] {
  if (region === null) return [];
  return by.limits.flatMap((active) => {
    const measured = measure(region, active, by);
    if (measured === null) return [];
    const { rule, severity } = active;
    return { aspect: rule.aspect, severity, rule: rule.name, ...measured };
  });
}

function measure(
  { broken, failing, silentSinceMs }: RegionTrend,
  { rule, severity, limit }: ActiveLimit,
  by: FindingSetup,
) {
  if (rule.trend.kind === "share") {
    const held = broken.find((each) => each.rule === rule.name && each.severity === severity);
    return held === undefined ? null : rule.trend.measure(held, limit);
  }
  if (rule.trend.kind !== "silence" || failing === null || silentSinceMs !== null) return null;
  if (failing.count < leastInRow(by)) return null;
  return rule.trend.measure(by.periodEndMs - failing.sinceMs, limit);
}

/** Fewer failures in a row may be chance, however long they last. */
function leastInRow({ failureThreshold, isDegraded }: FindingSetup): number {
  return isDegraded ? Math.max(failureThreshold, LEAST_IN_ROW_WHILE_DEGRADED) : failureThreshold;
}
