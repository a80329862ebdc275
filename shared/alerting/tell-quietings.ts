import type { EpochMs } from "../units.ts";
import type { Quieting } from "./operators/operators.ts";

/** Somebody made a silence or an acknowledgement. */
export interface QuietingNotice {
  readonly kind: "quieting";
  readonly quieting: Quieting;
  readonly atMs: EpochMs;
}

/**
 * Tells of each silence and acknowledgement once, when it begins. `told` has the ids of those that
 * were told; one that is no longer stored is forgotten. The same list if none is to be told.
 */
export function tellQuietings(
  told: readonly string[],
  quietings: readonly Quieting[],
  nowMs: EpochMs,
): { readonly told: readonly string[]; readonly notices: readonly QuietingNotice[] } {
  const fresh = quietings.filter(
    ({ id, fromMs, untilMs }) =>
      !told.includes(id) && fromMs <= nowMs && (untilMs === null || nowMs < untilMs),
  );
  const stored = new Set(quietings.map(({ id }) => id));
  const kept = told.filter((id) => stored.has(id));
  if (fresh.length === 0 && kept.length === told.length) return { told, notices: [] };
  const notices = fresh.toSorted(byBeginning).map((quieting) => noticeOf(quieting, nowMs));
  return { told: [...kept, ...notices.map(({ quieting }) => quieting.id)].sort(), notices };
}

function byBeginning(a: Quieting, b: Quieting): number {
  return a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1);
}

function noticeOf(quieting: Quieting, atMs: EpochMs): QuietingNotice {
  return { kind: "quieting", quieting, atMs };
}
