import { type ErrorKind, type NotedDetail, usualPhaseOf, type Verdict } from "../result/result.ts";
import { sumOf } from "../sum-of.ts";
import type { Phase } from "../task/task.ts";
import type { DurationMs, EpochMs } from "../units.ts";

/** What a check beyond the plain one measured and noticed. */
export interface DeepNote extends NotedDetail {
  /** Null without TLS, and if its time can't be trusted. */
  readonly tlsTimeMs: DurationMs | null;
  /** Null without greeting and dialogue, and if its time can't be trusted. */
  readonly dialogueTimeMs: DurationMs | null;
  /** Attempts of the slot failed before this one. */
  readonly isRetried: boolean;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly sentMessages: number;
  readonly receivedMessages: number;
}

/**
 * What is added up, in its order in a list of figures; append only. Times are those of the checks
 * that passed, and their sums are exact to the microsecond.
 */
export const DEEP_SUMS = [
  "tlsCount",
  "tlsSumMs",
  "dialogueCount",
  "dialogueSumMs",
  "recoveredCount",
  "sentBytes",
  "receivedBytes",
  "sentMessages",
  "receivedMessages",
] as const;

/** What is added up. `recoveredCount`: checks that passed after attempts that failed. */
export type DeepSums = Readonly<Record<(typeof DEEP_SUMS)[number], number>>;

/** How many failures of each kind were in another phase than is usual for the kind. */
export type OtherPhases = Readonly<
  Partial<Record<ErrorKind, Readonly<Partial<Record<Phase, number>>>>>
>;

/** Figures over what checks did and noticed beyond a handshake. */
export interface DeepFigures extends DeepSums {
  readonly otherPhases: OtherPhases;
  /** The earliest end of the certificates that were seen; null if none was. */
  readonly certificateUntilMs: EpochMs | null;
  /** Addresses that a name had or had no more, in order; the first ones if there are many. */
  readonly appeared: readonly string[];
  readonly left: readonly string[];
}

/** A list of addresses holds so many. */
const MOST_ADDRESSES = 16;

/** Figures with or without a part of this kind. */
interface HasDeep {
  readonly deep?: DeepFigures;
}

interface NotedCheck {
  readonly verdict: Verdict;
  readonly errorKind: ErrorKind | null;
  readonly deep?: DeepNote;
}

/** The figures of checks, in any order; nothing if none of them has any. */
export function deepFiguresOf(checks: readonly NotedCheck[]): HasDeep {
  return mergeDeep(checks.flatMap((check) => deepOf(check) ?? []));
}

/** The figures of all parts: exact, in whatever order and steps they are merged. */
export function mergeDeep(parts: readonly HasDeep[]): HasDeep {
  const known = parts.flatMap(({ deep }) => deep ?? []);
  if (known.length === 0) return {};
  const deep: DeepFigures = {
    ...addSums(known),
    otherPhases: addPhases(known),
    certificateUntilMs: earliest(known.flatMap((part) => part.certificateUntilMs ?? [])),
    appeared: joinAddresses(known.flatMap(({ appeared }) => appeared)),
    left: joinAddresses(known.flatMap(({ left }) => left)),
  };
  return { deep };
}

/** Each list of sums from its beginning; what is left out is 0. */
export function deepSumsIn(list: readonly number[]): DeepSums {
  const sums = DEEP_SUMS.map((field, position) => [field, list[position] ?? 0]);
  return Object.fromEntries(sums) as DeepSums;
}

function deepOf({ verdict, errorKind, deep }: NotedCheck): HasDeep | null {
  if (deep === undefined) return null;
  const passed = verdict === "passed";
  const { tlsTimeMs, dialogueTimeMs, failedPhase, certificate } = deep;
  const figures: DeepFigures = {
    ...timeOf("tls", passed ? tlsTimeMs : null),
    ...timeOf("dialogue", passed ? dialogueTimeMs : null),
    recoveredCount: passed && deep.isRetried ? 1 : 0,
    sentBytes: deep.sentBytes,
    receivedBytes: deep.receivedBytes,
    sentMessages: deep.sentMessages,
    receivedMessages: deep.receivedMessages,
    otherPhases: verdict === "failed" ? otherPhase(errorKind, failedPhase) : {},
    certificateUntilMs: certificate?.untilMs ?? null,
    appeared: deep.appeared ?? [],
    left: deep.left ?? [],
  };
  return isNothing(figures) ? null : { deep: figures };
}

function otherPhase(kind: ErrorKind | null, phase: Phase | undefined): OtherPhases {
  if (kind === null || phase === undefined || phase === usualPhaseOf(kind)) return {};
  return { [kind]: { [phase]: 1 } };
}

function timeOf<Name extends "tls" | "dialogue">(name: Name, timeMs: DurationMs | null) {
  const sums = { [`${name}Count`]: timeMs === null ? 0 : 1, [`${name}SumMs`]: timeMs ?? 0 };
  return sums as Record<`${Name}Count` | `${Name}SumMs`, number>;
}

/** Whether there is nothing in them. */
export function isNothing(figures: DeepFigures): boolean {
  const { otherPhases, certificateUntilMs, appeared, left } = figures;
  const hasSums = DEEP_SUMS.some((field) => figures[field] !== 0);
  const hasLists = Object.keys(otherPhases).length + appeared.length + left.length > 0;
  return !hasSums && !hasLists && certificateUntilMs === null;
}

function addSums(parts: readonly DeepFigures[]): DeepSums {
  return deepSumsIn(
    DEEP_SUMS.map((field) => {
      if (!field.endsWith("Ms")) return sumOf(parts, (part) => part[field]);
      return sumOf(parts, (part) => Math.round(part[field] * 1_000)) / 1_000;
    }),
  );
}

function addPhases(parts: readonly DeepFigures[]): OtherPhases {
  const counts: Partial<Record<ErrorKind, Partial<Record<Phase, number>>>> = {};
  for (const [kind, phase, count] of parts.flatMap(listPhases)) {
    const own = counts[kind] ?? {};
    own[phase] = (own[phase] ?? 0) + count;
    counts[kind] = own;
  }
  return counts;
}

/** The failures in another phase than is usual, one kind and phase each. */
export function listPhases({ otherPhases }: Pick<DeepFigures, "otherPhases">) {
  const kinds = Object.entries(otherPhases) as [ErrorKind, Partial<Record<Phase, number>>][];
  return kinds.flatMap(([kind, phases]) =>
    (Object.entries(phases) as [Phase, number][]).map(
      ([phase, count]) => [kind, phase, count] as const,
    ),
  );
}

function earliest(instants: readonly EpochMs[]): EpochMs | null {
  return instants.length === 0 ? null : Math.min(...instants);
}

/** The first ones by their order, so that it makes no difference how parts are merged. */
function joinAddresses(addresses: readonly string[]): string[] {
  return [...new Set(addresses)].sort().slice(0, MOST_ADDRESSES);
}
