import type { DurationMs, EpochMs } from "../../units.ts";
import type { Batch } from "./share.ts";

/** What a finding is about, in order of precedence. A region has at most one finding of each. */
export const ASPECTS = ["availability", "latency", "certificate"] as const;

/** What a finding is about. */
export type Aspect = (typeof ASPECTS)[number];

/** How bad a finding is, the worst first. */
export const SEVERITIES = ["critical", "warning"] as const;

/** How bad a finding is. */
export type Severity = (typeof SEVERITIES)[number];

/** The figure that a broken rule looked at, and the limit that it broke, in the same unit. */
export interface Measured {
  readonly value: number;
  readonly limit: number;
}

/** Which limits a rule takes, as a JSON Schema of their type and both ends of their range. */
export interface LimitSchema {
  readonly type: "number" | "integer";
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
}

/** How a rule about a share of checks is judged: over a batch of them (`share.ts`). */
export interface ShareTrend {
  readonly kind: "share";
  /** The share of failures, from 0 to 1, above which the limit is broken. */
  readonly failureShare: (limit: number) => number;
  readonly measure: (batch: Batch, limit: number) => Measured;
}

/** How a rule about the time without a success is judged. */
export interface SilenceTrend {
  readonly kind: "silence";
  readonly measure: (failingForMs: DurationMs, limit: number) => Measured | null;
}

/** How a rule about connect times is judged: their median against a limit that grows with the usual one. */
export interface LatencyTrend {
  readonly kind: "latency";
  /** `usualMs` is what is usual in the region; null if it is not known. */
  readonly limitMs: (limit: number, usual: Usual) => DurationMs;
}

/** What a limit on connect times also depends on. */
export interface Usual {
  readonly severity: Severity;
  /** What the region usually takes; null if it is not known. */
  readonly usualMs: DurationMs | null;
}

/** How a rule about the end of certificates is judged: by the time that is left. */
export interface ExpiryTrend {
  readonly kind: "expiry";
  /** How long before its end a certificate with such a lifetime breaks a limit in days. */
  readonly limitMs: (days: number, by: Lifetime) => DurationMs;
}

/** What a limit on the end of certificates also depends on. */
export interface Lifetime {
  readonly severity: Severity;
  /** From the beginning of its validity to the end. */
  readonly lifetimeMs: DurationMs;
}

/** What a rule's words may say: what one region saw of it. */
export interface Seen extends Measured {
  readonly region: string;
  /** The earliest end of certificates that is known; absent without one. */
  readonly certificateUntilMs?: EpochMs;
}

/** Everything about one threshold rule. A new rule is such an object and a line in `RULES`. */
export interface ThresholdRule {
  /** Its name in a policy. Stored bundles hold it, so it never changes. */
  readonly key: string;
  /** Its name in a task's `alert` table. */
  readonly field: string;
  /** Its name in events, and in stored states. */
  readonly name: string;
  readonly aspect: Aspect;
  /** The limits that a task may set; every rule also takes `false`, which turns it off. */
  readonly limit: LimitSchema;
  readonly defaults: Readonly<Record<Severity, number | false>>;
  readonly trend: ShareTrend | SilenceTrend | LatencyTrend | ExpiryTrend;
  /** What an alert says of the target; null if the kind of its failures says it. */
  readonly phrase: ((seen: Seen | null) => string) | null;
}
