import type { EpochMs } from "../../shared/units.ts";
import type { SpoolCounts } from "./spool.ts";

/** What an agent says while it runs. */
export type AgentEvent =
  /** No fleet runs on the data in that folder of this machine. */
  | { readonly event: "no-fleet"; readonly dir: string }
  | ({
      readonly event: "started";
      readonly fleet: string;
      readonly location: string;
      readonly home: string;
      readonly dir: string;
      readonly pid: number;
    } & SpoolCounts)
  /** The plan that it has read, from AWS or, without AWS, from its disk. */
  | {
      readonly event: "plan";
      readonly plannedAtMs: EpochMs;
      readonly shards: number;
      readonly tasks: number;
    }
  | TermEvent
  | { readonly event: "aws-lost"; readonly atMs: EpochMs; readonly reason: string }
  | { readonly event: "aws-back"; readonly lostAtMs: EpochMs; readonly waiting: number }
  | { readonly event: "delivered"; readonly delivered: number; readonly waiting: number }
  | { readonly event: "no-plan"; readonly reason: string }
  | { readonly event: "failed"; readonly shard: number; readonly error: string }
  | ({ readonly event: "stopped"; readonly location: string } & SpoolCounts);

/** The line of a lease term, with the names of a probe's metrics. */
export interface TermEvent extends SpoolCounts {
  readonly event: "term";
  /** Since when home can't be reached; absent if it can. */
  readonly lostAtMs?: EpochMs;
  readonly [field: string]: unknown;
}
