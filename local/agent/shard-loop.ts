import {
  type Clock,
  type ProbeServices,
  runLease,
  sleepUntil,
} from "../../functions/probe/probe.ts";
import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { KeptLeases } from "./kept-leases.ts";

/** A term is acquired so long before it begins: also with an AWS that does not answer, in time. */
const LEAD_MS: DurationMs = 4 * SECOND_MS;

/** An agent without the lease waits so long after its end: who has it goes on, and who waits takes over in time. */
const STANDBY_MS: DurationMs = 1.5 * SECOND_MS;

/** When nothing is known of the lease, e.g. before the first plan. */
const PAUSE_MS: DurationMs = 10 * SECOND_MS;

/** An acquisition is decided within this, or has failed. */
const DECISION_MS: DurationMs = 8 * SECOND_MS;

/** What a loop works with. */
export interface ShardLoopSetup {
  readonly shard: number;
  readonly services: ProbeServices;
  readonly leases: KeptLeases;
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly failed: (shard: number, error: unknown) => void;
}

/** Runs one term of a shard after the other, each beginning where the last one ends, until it is stopped. */
export async function loopShard(setup: ShardLoopSetup): Promise<void> {
  const { shard, services, clock, stop, failed } = setup;
  const running = new Set<Promise<void>>();
  while (!stop.aborted) {
    const run: Promise<void> = runLease(shard, services)
      .catch((error: unknown) => failed(shard, error))
      .finally(() => running.delete(run));
    running.add(run);
    const decided = new AbortController();
    await Promise.race([run, clock.sleep(DECISION_MS, AbortSignal.any([stop, decided.signal]))]);
    decided.abort();
    await sleepUntil(clock, nextAt(setup), stop);
  }
  await Promise.all(running);
}

function nextAt({ shard, leases, clock }: ShardLoopSetup): EpochMs {
  const nowMs = clock.now();
  const claimedToMs = leases.claimedToMs(shard);
  if (claimedToMs === null) return nowMs + PAUSE_MS;
  const isMine = leases.keptOf(shard)?.isMine ?? false;
  const atMs = isMine ? claimedToMs - LEAD_MS : claimedToMs + STANDBY_MS;
  return atMs > nowMs ? atMs : nowMs + PAUSE_MS;
}
