import { deriveId } from "../hash.ts";
import type { Task } from "../task/task.ts";
import { type RegionName, toEpochSeconds, toIso } from "../units.ts";
import {
  ERROR_SENTENCES,
  type ErrorKind,
  errorKindOf,
  judgeOutcome,
  type ProbeResult,
  type Timing,
} from "./probe-result.ts";

/** One check as a user sees it: the `raw_metric_tcp` record of the TCP task, and more. */
export interface RawMetricTcp {
  /** The same for the same region, task and slot. */
  readonly id: string;
  readonly task_name: string;
  /** Of the slot, in whole Unix seconds. */
  readonly timestamp: number;
  /** Null if the check failed. */
  readonly connect_time_ms: number | null;
  /** The check passed, as its `expect` has it. */
  readonly success: boolean;
  readonly error: string | null;
  readonly host: string;
  readonly target_id: string | null;
  readonly region: RegionName;
  /** What became of the connection where it is not open, or should not be. */
  readonly error_kind: ErrorKind | null;
  readonly address: string | null;
  readonly dns_time_ms: number | null;
  /** ISO 8601 with milliseconds, as `started_at`. */
  readonly scheduled_at: string;
  readonly started_at: string;
  readonly elapsed_ms: number | null;
  readonly timing: Timing;
  readonly syn_retransmits: number;
  /** The probe itself stood still: its times are not to be trusted. */
  readonly suspect: boolean;
}

/** A result as its record. `task` is the definition that it was checked under. */
export function toRawMetric(region: RegionName, task: Task, result: ProbeResult): RawMetricTcp {
  const success = judgeOutcome(result.outcome, result.expect) === "passed";
  const errorKind = errorKindOf(result.outcome, result.expect);
  return {
    id: deriveId(region, task.name, result.slotAtMs),
    task_name: task.name,
    timestamp: toEpochSeconds(result.slotAtMs),
    connect_time_ms: success ? result.connectTimeMs : null,
    success,
    error: success || errorKind === null ? null : ERROR_SENTENCES[errorKind],
    host: task.host,
    target_id: task.targetId,
    region,
    error_kind: errorKind,
    address: result.address,
    dns_time_ms: result.dnsTimeMs,
    scheduled_at: toIso(result.slotAtMs),
    started_at: toIso(result.startedAtMs),
    elapsed_ms: result.elapsedMs,
    timing: result.timing,
    syn_retransmits: result.synRetransmits,
    suspect: result.suspect,
  };
}
