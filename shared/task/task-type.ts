import type { AlertOverrides } from "../health/rules/rules.ts";
import type { DurationMs, RegionName } from "../units.ts";

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

/**
 * The kinds of checks that this version's probe can make. A kind is one name here and one prober in
 * `functions/probe/probers/`. The parser gives a task the name of its kind as a need, unless it is
 * `tcp`, which every version can do.
 */
export const CHECK_KINDS = ["tcp"] as const;

/** The name of a kind of check. */
export type CheckKind = (typeof CHECK_KINDS)[number];

/** The needs that this version's probe meets. */
export const KNOWN_NEEDS: ReadonlySet<string> = new Set<string>(CHECK_KINDS);

const NONE: readonly string[] = [];

/** The needs of a task that a version with these abilities lacks; usually none. */
export function lackingNeeds(
  { needs }: Pick<Task, "needs">,
  known: ReadonlySet<string> = KNOWN_NEEDS,
): readonly string[] {
  return needs === undefined ? NONE : needs.filter((need) => !known.has(need));
}

/** The field `needs` of a task with this kind of check; it is absent for `tcp`. */
export function needsOfKind(kind = "tcp"): Pick<Task, "needs"> {
  return kind === "tcp" ? {} : { needs: [kind] };
}

/** The kind of check that a task asks for: the first kind that is among its needs, else `tcp`. */
export function checkKindOf({ needs }: Pick<Task, "needs">): CheckKind {
  if (needs === undefined) return "tcp";
  return CHECK_KINDS.find((kind) => needs.includes(kind)) ?? "tcp";
}
