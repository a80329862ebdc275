import { type DurationMs, type EpochMs, MINUTE_MS } from "../../shared/units.ts";
import type { SpoolCounts } from "./spool.ts";

export { isFolderInUse } from "./agent-lock.ts";

/** The file in which an agent says how it is. */
export const STATUS_FILE = "status.json";

/** How an agent is, as it last said. */
export interface AgentStatus {
  readonly fleet: string;
  readonly location: string;
  readonly pid: number;
  readonly startedAtMs: EpochMs;
  readonly atMs: EpochMs;
  /** Whether its home is a fleet on this machine instead of AWS; absent if not. */
  readonly isLocal?: true;
  /** Since when home can't be reached, and why; null if it can. */
  readonly away: { readonly atMs: EpochMs; readonly why: string } | null;
  readonly shards: readonly {
    readonly shard: number;
    /** Whether this agent has the lease; else another one may. */
    readonly isMine: boolean;
    readonly claimedToMs: EpochMs | null;
  }[];
  readonly spool: SpoolCounts;
}

/** An agent says how it is every ten seconds. */
const FRESH_MS: DurationMs = MINUTE_MS;

/** Whether an agent runs, and every shard is checked, by it or by another; without AWS it is as well. */
export function isWell({ atMs, shards }: AgentStatus, nowMs: EpochMs): boolean {
  const isClaimed = shards.every(
    ({ claimedToMs }) => claimedToMs !== null && claimedToMs > nowMs - FRESH_MS,
  );
  return Math.abs(nowMs - atMs) <= FRESH_MS && shards.length > 0 && isClaimed;
}
