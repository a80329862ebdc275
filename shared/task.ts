import type { DurationMs, RegionName } from "./units.ts";

/** What a passing check looks like: a completed handshake, or a refused or filtered one. */
export type Expectation = "open" | "closed";

export type AddressFamily = "any" | "ipv4" | "ipv6";

/** Where a task connects to. `hostname` is a DNS name or an IP literal, without brackets. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** Limits of one severity; a rule that is `false` is off. Units as in the names. */
export interface AlertRules {
  /** Breached when the average of the successes is above it. */
  readonly avgConnectTimeMs: number | false;
  /** Breached when more than this share of the checks failed, 0 to 100. */
  readonly failurePercent: number | false;
  /** Breached when fewer than this share of the expected checks succeeded, 0 to 100. */
  readonly successPercentOfExpected: number | false;
  /** Breached when nothing succeeded for this many minutes. */
  readonly noSuccessMinutes: number | false;
}

/** When a task alerts. Defaults are the seeds'; a task overrides them one by one. */
export interface AlertPolicy {
  readonly warning: AlertRules;
  readonly critical: AlertRules;
  /** Failed checks in a row that make a region unhealthy. */
  readonly failureThreshold: number;
  /** Passed checks in a row that make it healthy again. */
  readonly successThreshold: number;
  /** Regions that must breach, of those that reported; `majority` is more than half. */
  readonly quorum: "majority" | number;
  /** Whose latency counts: the nearest reporting region's, or each region's vote. */
  readonly latencyScope: "nearest" | "each";
  /** Windows in a row without any report that make `NO_DATA`. */
  readonly noDataWindows: number;
}

/** What a task says about alerting: a part of the policy. */
export interface AlertOverrides {
  readonly warning?: Partial<AlertRules>;
  readonly critical?: Partial<AlertRules>;
  readonly failureThreshold?: number;
  readonly successThreshold?: number;
  readonly quorum?: "majority" | number;
  readonly latencyScope?: "nearest" | "each";
  readonly noDataWindows?: number;
}

/** One port to watch. Made by `parseTask` only, so every field is within its rule. */
export interface Task {
  readonly name: string;
  readonly target: Target;
  /** `host:port` or `[v6]:port`, as every record and event shows it. */
  readonly host: string;
  readonly scheduleMs: DurationMs;
  readonly timeoutMs: DurationMs;
  readonly targetId: string | null;
  readonly enabled: boolean;
  readonly regions: readonly RegionName[] | "all";
  readonly expect: Expectation;
  readonly addressFamily: AddressFamily;
  readonly alert: AlertOverrides;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * The abilities beyond a plain TCP check that a probe must have to run it: sorted, absent if there
   * are none. They follow from the task's features; no user writes them.
   */
  readonly needs?: readonly string[];
}
