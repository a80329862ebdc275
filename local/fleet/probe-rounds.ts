import type { LeaseStore } from "../../functions/ports/lease-store.ts";
import { LATE_TOLERANCE_MS, type Lease, returnClaim } from "../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { everyMinute, type Schedule } from "./minute-schedule.ts";

/** The invocations of one shard: the first when its lease allows it, then one a minute. */
export interface ProbeRounds {
  /** Resolves when the last invocation has ended, after `count` of them or after `stop`. */
  readonly ended: Promise<void>;
  /** Goes on by another beginning, because the clock was set; runs as many invocations as were left. */
  moveTo(start: RoundsStart): void;
  /** Starts no further invocation. */
  stop(): void;
}

/** When a shard is invoked first, and when its first lease term begins. */
export interface RoundsStart {
  readonly firstAtMs: EpochMs;
  readonly firstTermMs: EpochMs;
}

/** When a shard is invoked, and how often. */
export interface RoundsPlan extends RoundsStart {
  /** Null: until stopped. */
  readonly count: number | null;
}

/** An invocation comes this long before its lease term, so that the first checks start in time. */
export const INVOCATION_LEAD_MS: DurationMs = 500;

/** What of a lease is kept at an instant. */
export type KeepLease = (held: Lease, nowMs: EpochMs) => Lease;

/**
 * Returns the part of a lease term that an earlier run can't check any more: only this process has
 * the data open, so that run has ended. After the clock was set back, `keep` is `takeBackLease`:
 * what is claimed for the present goes on. Resolves to the end of what is still claimed, or to null
 * if the shard has no lease yet.
 */
export async function takeOverLease(
  leases: LeaseStore,
  shard: number,
  nowMs: EpochMs,
  keep: KeepLease = returnClaim,
): Promise<EpochMs | null> {
  const held = await leases.readLease(shard);
  // The next invocation replaces a lease that can't be read.
  if (held === null || "damage" in held) return held?.claimedToMs ?? null;
  const next = keep(held, nowMs);
  if (next !== held) await leases.moveLease(shard, held, next);
  return next.claimedToMs;
}

/**
 * When a shard may be invoked first: now or, if a lease term of an earlier run ends in the future,
 * shortly before that end. The slots until then were claimed and will be missed.
 */
export function firstInvocationAt(nowMs: EpochMs, claimedToMs: EpochMs | null): EpochMs {
  return claimedToMs === null ? nowMs : Math.max(nowMs, claimedToMs - INVOCATION_LEAD_MS);
}

/** When the first lease term begins of a shard that is first invoked at `firstAtMs`. */
export function firstTermFrom(firstAtMs: EpochMs, claimedToMs: EpochMs | null): EpochMs {
  const waits = claimedToMs !== null && claimedToMs > firstAtMs;
  return waits ? claimedToMs : firstAtMs - (firstAtMs % SECOND_MS);
}

/** Invokes once at `firstAtMs` and then once a minute, shortly before each lease term begins. */
export function startRounds(plan: RoundsPlan, invoke: () => Promise<void>): ProbeRounds {
  const underWay = new Set<Promise<void>>();
  let left = plan.count ?? Number.POSITIVE_INFINITY;
  let schedule: Schedule | null = null;
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let first: NodeJS.Timeout | undefined;
  const rest = (): void => {
    clearTimeout(first);
    schedule?.stop();
  };
  const stop = (): void => {
    rest();
    left = 0;
    void Promise.all(underWay).then(() => finish());
  };
  const round = (): void => {
    left -= 1;
    const running = invoke().finally(() => underWay.delete(running));
    underWay.add(running);
    if (left <= 0) stop();
  };
  const goOnFrom = (termFromMs: EpochMs, afterMs: EpochMs): void => {
    schedule?.stop();
    const offsetMs = (termFromMs - INVOCATION_LEAD_MS) % MINUTE_MS;
    schedule = everyMinute(offsetMs, afterMs, (lateMs) => {
      // Its term begins where it comes, and the next ones follow that: else one would come too early
      // and count as a second delivery.
      if (lateMs > INVOCATION_LEAD_MS + LATE_TOLERANCE_MS) {
        const nowMs = Date.now();
        goOnFrom(nowMs - (nowMs % SECOND_MS), nowMs);
      }
      round();
    });
  };
  const moveTo = ({ firstAtMs, firstTermMs }: RoundsStart): void => {
    rest();
    if (left <= 0) return;
    const begin = (): void => {
      goOnFrom(firstTermMs, firstAtMs);
      round();
    };
    first = setTimeout(begin, Math.max(0, firstAtMs - Date.now()));
  };
  moveTo(plan);
  return { ended, moveTo, stop };
}
