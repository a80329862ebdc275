import { deriveId } from "../hash.ts";
import type { Phase, Task } from "../task/task.ts";
import { type RegionName, toEpochSeconds, toIso } from "../units.ts";
import { type ErrorKind, errorKindOf, judgeResult, sentenceOfKind } from "./error-kinds.ts";
import type { ProbeResult, Timing } from "./probe-result.ts";
import { failedPhaseOf } from "./result-detail.ts";
import { toShownDetail } from "./shown-detail.ts";

/** One check as a user sees it: the TCP task's `raw_metric_tcp` record with more fields. */
export interface RawMetricTcp {
  /** Derived from region, task and slot, and whether it is a recheck: the same check always has the same id. */
  readonly id: string;
  readonly task_name: string;
  /** The slot in whole Unix seconds; of a recheck, its own instant. */
  readonly timestamp: number;
  /** Null if the check failed. */
  readonly connect_time_ms: number | null;
  /** Whether the check passed: the port is open, or closed if `expect` is `closed`. */
  readonly success: boolean;
  readonly error: string | null;
  readonly host: string;
  readonly target_id: string | null;
  readonly region: RegionName;
  /** Why the connection is not open, or that it is open and should not be; else null. */
  readonly error_kind: ErrorKind | null;
  /** The system's code if the kind alone does not tell it, e.g. `EHOSTUNREACH`; else null. */
  readonly error_code: string | null;
  /** An ICMP error ended the connect: from a firewall, or from a router that knows no way to the host. */
  readonly icmp_error: boolean;
  /** The peer reset the connection right after a complete handshake. */
  readonly closed_by_peer: boolean;
  readonly address: string | null;
  readonly dns_time_ms: number | null;
  /** The slot in ISO 8601, UTC, with milliseconds. */
  readonly scheduled_at: string;
  /** In the same form. */
  readonly started_at: string;
  readonly elapsed_ms: number | null;
  readonly timing: Timing;
  readonly syn_retransmits: number;
  /** The probe stalled during the check: its times can't be trusted. */
  readonly suspect: boolean;
  /** A check between slots because of a failure: in no figure, but it counts for the task's health. */
  readonly recheck: boolean;
  /** The phase in which the check failed; null if it passed or if there is no telling. */
  readonly failed_phase: Phase | null;
  /** Null without TLS. */
  readonly tls_time_ms: number | null;
  /** Null without greeting and dialogue. */
  readonly dialogue_time_ms: number | null;
  /** Null if the connection is not held. */
  readonly held_ms: number | null;
  /** How many attempts the check took in its slot; more than 1 only with `retry`. */
  readonly attempts: number;
  readonly reconnects: number;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly messages_sent: number;
  readonly messages_received: number;
  /** What only checks beyond the plain one notice, e.g. the certificate; null without it. */
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** The record of a result. `task` is the definition that was checked. */
export function toRawMetric(region: RegionName, task: Task, result: ProbeResult): RawMetricTcp {
  const success = judgeResult(result) === "passed";
  const errorKind = errorKindOf(result.outcome, result.expect);
  return {
    id: deriveId(region, task.name, result.slotAtMs, ...(result.recheck ? ["recheck"] : [])),
    task_name: task.name,
    timestamp: toEpochSeconds(result.slotAtMs),
    connect_time_ms: success ? result.connectTimeMs : null,
    success,
    error: success || errorKind === null ? null : sentenceOfKind(errorKind, result.errorCode),
    host: task.host,
    target_id: task.targetId,
    region,
    error_kind: errorKind,
    error_code: result.errorCode,
    icmp_error: result.icmpError,
    closed_by_peer: result.closedByPeer,
    address: result.address,
    dns_time_ms: result.dnsTimeMs,
    scheduled_at: toIso(result.slotAtMs),
    started_at: toIso(result.startedAtMs),
    elapsed_ms: result.elapsedMs,
    timing: result.timing,
    syn_retransmits: result.synRetransmits,
    suspect: result.suspect,
    recheck: result.recheck,
    failed_phase: success ? null : failedPhaseOf(result.outcome, result.detail),
    tls_time_ms: result.tlsTimeMs,
    dialogue_time_ms: result.dialogueTimeMs,
    held_ms: result.heldMs,
    attempts: result.retryCount + 1,
    reconnects: result.reconnectCount,
    bytes_sent: result.sentBytes,
    bytes_received: result.receivedBytes,
    messages_sent: result.sentMessages,
    messages_received: result.receivedMessages,
    detail: result.detail === null ? null : toShownDetail(result.detail),
  };
}
