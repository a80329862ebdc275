import { type DurationMs, MINUTE_MS } from "../../units.ts";
import {
  type ActiveLimit,
  type Batch,
  isProvenAbove,
  isProvenBelow,
  isWellBelow,
} from "../rules/rules.ts";
import type { BrokenRule } from "./model.ts";

/** A batch has at least so many checks, and takes at least so long. */
const LEAST_CHECKS = 20;
const LEAST_MS: DurationMs = 5 * MINUTE_MS;

/** At these multiples of its least size a batch is judged; at the last one it ends. */
const LOOKS = [1, 2, 4, 8];

/** A batch without a check. */
const EMPTY_BATCH: Batch = { failedCount: 0, checkCount: 0 };

/** What is known of a region's shares. */
export interface ShareEvidence {
  readonly batch: Batch | null;
  readonly broken: readonly BrokenRule[];
}

/** What a batch is judged by. */
export interface ShareLimits {
  readonly scheduleMs: DurationMs;
  readonly limits: readonly ActiveLimit[];
}

/**
 * Counts one more check. A failure opens a batch, and is not in it: what made us look can't be
 * evidence too. While a rule is broken, one batch follows the other.
 */
export function countCheck(
  { batch, broken }: ShareEvidence,
  passed: boolean,
  by: ShareLimits,
): ShareEvidence {
  const open = batch ?? (broken.length > 0 ? EMPTY_BATCH : null);
  if (open === null) return { batch: passed || !hasShares(by) ? null : EMPTY_BATCH, broken };
  const counted = {
    failedCount: open.failedCount + (passed ? 0 : 1),
    checkCount: open.checkCount + 1,
  };
  if (!isLook(counted, by.scheduleMs)) return { batch: counted, broken };
  return judgeBatch(counted, broken, by);
}

function hasShares({ limits }: ShareLimits): boolean {
  return limits.some(({ rule }) => rule.trend.kind === "share");
}

function leastSize(scheduleMs: DurationMs): number {
  return Math.max(LEAST_CHECKS, Math.ceil(LEAST_MS / scheduleMs));
}

function isLook({ checkCount }: Batch, scheduleMs: DurationMs): boolean {
  return LOOKS.some((times) => checkCount === times * leastSize(scheduleMs));
}

/** Breaks and clears rules. The batch goes on if it says neither of one of them; else it ends. */
function judgeBatch(batch: Batch, before: readonly BrokenRule[], by: ShareLimits): ShareEvidence {
  const isLast = batch.checkCount >= Math.max(...LOOKS) * leastSize(by.scheduleMs);
  const broken: BrokenRule[] = [];
  let isOpen = false;
  for (const { rule, severity, limit } of by.limits) {
    if (rule.trend.kind !== "share") continue;
    const share = rule.trend.failureShare(limit);
    const held = before.find((each) => each.rule === rule.name && each.severity === severity);
    if (held === undefined) {
      if (isProvenAbove(batch, share)) broken.push({ rule: rule.name, severity, ...batch });
      else isOpen ||= isAbove(batch, share);
      continue;
    }
    if (isProvenBelow(batch, share) || (isLast && isWellBelow(batch, share))) continue;
    broken.push(held);
    isOpen ||= !isAbove(batch, share);
  }
  if (isOpen && !isLast) return { batch, broken };
  return { batch: broken.length > 0 ? EMPTY_BATCH : null, broken };
}

function isAbove({ failedCount, checkCount }: Batch, share: number): boolean {
  return failedCount > share * checkCount;
}
