import { BURST_LEAD_MS, LEAST_GAP_MS } from "../../../shared/plan/plan.ts";
import type { NextBurst } from "../../../shared/request/request.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { BurstQueue, BurstStore } from "../../ports/burst-relay.ts";
import { type Clock, sleepUntil } from "../timing/timing.ts";
import type { ResultFlusher } from "./flush-results.ts";
import type { Pause } from "./run-slots.ts";
import type { QueueTrust } from "./trust-queue.ts";

/** What hands a term over. */
export interface HandoverSetup extends Pick<NextBurst, "shard" | "termFromMs"> {
  readonly bursts: BurstQueue & BurstStore;
  readonly clock: Clock;
  readonly trust: QueueTrust;
  readonly flusher: Pick<ResultFlusher, "nextPart" | "storedWithin">;
}

/**
 * Hands the rest of a term over to whoever gets a delayed message, if the gap before it is long enough,
 * all checks have ended, all results are stored and the last message arrived. If the message can't be sent, this run goes on
 * itself, unless the message has arrived all the same.
 */
export function handOver({ bursts, clock, trust, flusher, ...term }: HandoverSetup): Pause {
  return async ({ slotAtMs }, quiet) => {
    const latestMs = slotAtMs - LEAST_GAP_MS;
    if (!(await isBefore(quiet, latestMs, clock))) return false;
    if (!(await flusher.storedWithin(latestMs - clock.now()))) return false;
    if (!(await trust.holds(term.shard, clock.now(), bursts))) return false;
    const next: NextBurst = { ...term, fromMs: slotAtMs, part: flusher.nextPart };
    if ((await bursts.send(next, delayUntil(slotAtMs, clock))) === "sent") {
      trust.noteSent(next);
      return true;
    }
    return (await bursts.takeBurst(next)) === "lost";
  };
}

function delayUntil(slotAtMs: EpochMs, clock: Clock): DurationMs {
  return slotAtMs - BURST_LEAD_MS - clock.now();
}

async function isBefore(event: Promise<void>, latestMs: EpochMs, clock: Clock): Promise<boolean> {
  const done = new AbortController();
  const inTime = event.then(() => true);
  const tooLate = sleepUntil(clock, latestMs, done.signal).then(() => false);
  const isInTime = await Promise.race([inTime, tooLate]);
  done.abort();
  return isInTime;
}
