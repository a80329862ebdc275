/** One TCP check of another tool's file, on its way to a task. */
export interface Check {
  readonly file: string;
  /** How the file calls it, e.g. `endpoint "core/redis"`. */
  readonly from: string;
  /** The task in the user's field names; its name is settled last. */
  readonly fields: Record<string, unknown>;
  /** What means something else in Synfleet, or is written otherwise, each with its reason. */
  readonly changed: string[];
  /** What of the check is left behind, each with its reason. */
  readonly lost: string[];
  /** Names for the task, the best one first. */
  readonly names: string[];
  /** Why the check can't be a task; null while it can. */
  refusal: string | null;
}

/** What the files of one tool hold. */
export interface Findings {
  readonly checks: Check[];
  /** How many checks of each other type there are. */
  readonly others: Map<string, number>;
  /** What is to be known of a whole file. */
  readonly notes: { readonly file: string; readonly text: string }[];
}

/** Findings without anything. */
export function noFindings(): Findings {
  return { checks: [], others: new Map(), notes: [] };
}

/** Adds a TCP check to the findings. */
export function addCheck(findings: Findings, file: string, from: string): Check {
  const check = { file, from, fields: {}, changed: [], lost: [], names: [], refusal: null };
  findings.checks.push(check);
  return check;
}

/** Counts a check that is not TCP. */
export function countOther(findings: Findings, type: string, count = 1): void {
  findings.others.set(type, (findings.others.get(type) ?? 0) + count);
}

/** Says why a check can't be a task. The first reason stays. */
export function refuseCheck(check: Check, reason: string): void {
  check.refusal ??= reason;
}
