import type { AlertOverrides } from "../health/rules/rules.ts";
import type { DurationMs, RegionName } from "../units.ts";

/** What a passing check looks like: a completed handshake, or a refused or filtered one. */
export type Expectation = "open" | "closed";

export type AddressFamily = "any" | "ipv4" | "ipv6";

/** Where a task connects to. `hostname` is a DNS name or an IP literal, without brackets. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
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
