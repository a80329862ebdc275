import type { JudgedCheck, TaskWindow } from "../summary/summary.ts";

/**
 * Why checks of a window do not count: a code of the system, or an error kind if there is none. A
 * secret that can't be read has both, since its code would be taken for the target's.
 */
export interface UncountedReason {
  readonly reason: string;
  readonly count: number;
}

/** Why the uncounted checks of a window do not count, the most frequent reason first. */
export function uncountedReasons({ regions }: TaskWindow): UncountedReason[] {
  const counts = new Map<string, number>();
  const checks = Object.values(regions).flatMap((region) => region.checks);
  for (const check of checks) {
    if (check.verdict !== "uncounted") continue;
    const reason = reasonOf(check);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const reasons = [...counts].map(([reason, count]) => ({ reason, count }));
  return reasons.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

function reasonOf({ errorKind, errorCode }: JudgedCheck): string {
  const isSecret = errorKind === "secret_unavailable" && errorCode !== undefined;
  return isSecret ? `${errorKind} (${errorCode})` : (errorCode ?? errorKind ?? "internal");
}
