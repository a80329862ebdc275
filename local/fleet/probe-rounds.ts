import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { everyMinute, type Schedule } from "./minute-schedule.ts";

/** One shard's invocations: the first when its lease allows, then one a minute. */
export interface ProbeRounds {
  /** Resolves when the last invocation has ended, after the wanted number or `stop`. */
  readonly ended: Promise<void>;
  /** Starts no more of them. */
  stop(): void;
}

export interface RoundsPlan {
  readonly firstAtMs: EpochMs;
  readonly firstCoverMs: EpochMs;
  /** Null: until stopped. */
  readonly count: number | null;
}

/** An invocation comes this much before its cover begins, so that the first checks of it are in time. */
const LEAD_MS: DurationMs = 500;

/**
 * When a shard may be invoked first: now, or, where the lease of an earlier run reaches into the
 * future, right before its end. The slots up to there were claimed and will be missed.
 */
export function firstInvocationAt(nowMs: EpochMs, claimedToMs: EpochMs | null): EpochMs {
  return claimedToMs === null ? nowMs : Math.max(nowMs, claimedToMs - LEAD_MS);
}

/** When the first cover of a shard begins that is first invoked at `firstAtMs`. */
export function firstTermFrom(firstAtMs: EpochMs, claimedToMs: EpochMs | null): EpochMs {
  const waits = claimedToMs !== null && claimedToMs > firstAtMs;
  return waits ? claimedToMs : firstAtMs - (firstAtMs % SECOND_MS);
}

/** Invokes once at `firstAtMs` and then once a minute, shortly before each cover begins. */
export function startRounds(plan: RoundsPlan, invoke: () => Promise<void>): ProbeRounds {
  const underWay = new Set<Promise<void>>();
  let left = plan.count ?? Number.POSITIVE_INFINITY;
  let schedule: Schedule | null = null;
  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const stop = (): void => {
    clearTimeout(first);
    schedule?.stop();
    left = 0;
    void Promise.all(underWay).then(() => finish());
  };
  const round = (): void => {
    left -= 1;
    const running = invoke().finally(() => underWay.delete(running));
    underWay.add(running);
    if (left <= 0) stop();
  };
  const first = setTimeout(
    () => {
      const offsetMs = (plan.firstCoverMs - LEAD_MS) % MINUTE_MS;
      schedule = everyMinute(offsetMs, plan.firstAtMs, round);
      round();
    },
    Math.max(0, plan.firstAtMs - Date.now()),
  );
  return { ended, stop };
}
