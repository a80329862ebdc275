import type { AlertOverrides } from "../health/rules/rules.ts";
import type { DurationMs, RegionName } from "../units.ts";
import { DEEP_NEEDS, type DeepCheck, usesConnection } from "./deep/deep.ts";

/** What a check passes with: a completed handshake, or a refused or filtered one. */
export type Expectation = "open" | "closed";

/** The addresses of a host that a check may use. */
export type AddressFamily = "any" | "ipv4" | "ipv6";

/** Where a task connects to. `hostname` is a DNS name or an IP literal, without brackets. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
}

/** One port to watch. Only `parseTask` makes one, so every field follows its rule. */
export interface Task extends DeepCheck {
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

/** A task as its owner wrote it: also with what no probe needs to know. */
export interface WrittenTask extends Task {
  /** The share of time in which it should not be CRITICAL; absent without a target. */
  readonly slaPercent?: number;
}

/** What of a task is planned, so that a change of the rest is no new plan. */
export function plannedForm({ slaPercent: _, ...task }: WrittenTask): Task {
  return task;
}

/** The needs that this version's probe meets. */
export const KNOWN_NEEDS: ReadonlySet<string> = new Set<string>(DEEP_NEEDS);

const NONE: readonly string[] = [];

/** The needs of a task that a version with these abilities lacks; usually none. */
export function lackingNeeds(
  { needs }: Pick<Task, "needs">,
  known: ReadonlySet<string> = KNOWN_NEEDS,
): readonly string[] {
  return needs === undefined ? NONE : needs.filter((need) => !known.has(need));
}

/** The values of a task's `type`. What a check does beyond a handshake follows from the task's other fields. */
export const TASK_TYPES = ["tcp"] as const;

/** What a probe does with a task's open connection: closes it at once, or goes through its phases first. */
export type CheckKind = "tcp" | "phases";

/** The kind of check that a task asks for. */
export function checkKindOf(task: Task): CheckKind {
  return task.needs !== undefined && usesConnection(task) ? "phases" : "tcp";
}
